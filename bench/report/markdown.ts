import type { Column } from '../scenarios/scenario.ts'
import { goalsOf } from './goals.ts'
import type { Row, Summary } from './summary.ts'

/** Renders all results as Markdown: a table for each scenario, then the goals. */
export function markdown(summaries: readonly Summary[]): string {
  return [...summaries.map(section), goals(summaries)].filter(Boolean).join('\n')
}

function section({ scenario, rows }: Summary): string {
  const { name, about, columns, compare } = scenario
  const compared = columns.filter(({ better }) => better)
  const of =
    'subject' in compare
      ? `The columns with × say how many times better ${compare.subject} is than the row.`
      : `The columns with × say how many times better the row is than "${compare.base}".`
  const header = ['', ...columns.map(({ title }) => title), ...compared.map(({ title }) => `× ${title}`)]
  const lines = rows.map((row) => [
    row.contender,
    ...columns.map((column) => number(row.values[column.key], column.digits)),
    ...compared.map((column) => ratio(row, column)),
  ])
  return [`### ${name}`, '', `${about} ${of}`, '', table(header, lines), ''].join('\n')
}

function goals(summaries: readonly Summary[]): string {
  const lines = summaries.flatMap((summary) =>
    goalsOf(summary).map(({ goal, measured, reached }) => [
      summary.scenario.name,
      goal,
      measured,
      reached ? 'reached' : 'not reached',
    ]),
  )
  if (lines.length === 0) return ''
  return ['### Goals', '', table(['scenario', 'goal', 'measured', ''], lines), ''].join('\n')
}

/** Renders a table of Markdown. */
export function table(header: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  )
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [row(header), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n')
}

function ratio({ ratios }: Row, { key }: Column): string {
  const value = ratios[key]
  return value === undefined ? '' : number(value, value < 10 ? 2 : 1)
}

function number(value: number | undefined, digits = 2): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)
}
