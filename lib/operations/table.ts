/** Characters that could move a terminal's cursor or colour it; names and addresses come from outside. */
const control = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Rows in columns, under their headings. */
export function tableOf(headings: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map((cell) => (cell ?? '').replace(control, '?')))
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** A moment for a table, in UTC. */
export function momentText(date: Date | null): string {
  return date === null ? '' : date.toISOString().slice(0, 19).replace('T', ' ')
}
