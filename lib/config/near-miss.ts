/** How many letters a word may differ by from the one that was meant, by its length. */
const tolerance = (word: string) => (word.length < 4 ? 1 : word.length < 8 ? 2 : 3)

/** The known word that somebody may have meant by this one; `undefined` when none is like it. */
export function nearMiss(word: string, known: Iterable<string>): string | undefined {
  const [best] = [...known]
    .filter((candidate) => Math.abs(candidate.length - word.length) <= tolerance(candidate))
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => candidate !== word && distance <= tolerance(candidate))
    .toSorted((a, b) => a.distance - b.distance)
  return best?.candidate
}

/** The same as a question that ends a sentence; nothing when no word is like it. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const meant = nearMiss(word, known)
  return meant === undefined ? '' : `; did you mean "${meant}"?`
}

// Letters to insert, remove, replace or swap with their neighbour (Damerau and Levenshtein).
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const at = (up: number, left: number) =>
        (up === 0 ? current : rows[row - up])?.[column - left] ?? Number.POSITIVE_INFINITY
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(
        Math.min(
          at(1, 0) + 1,
          at(0, 1) + 1,
          at(1, 1) + (isSame ? 0 : 1),
          isSwapped && row > 1 && column > 1 ? at(2, 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    rows.push(current)
  }
  return rows[a.length]?.[b.length] ?? 0
}
