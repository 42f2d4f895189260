type Where = 'first' | 'private'

/** What a sentence of the tutorial has the reader do in the browser, or see there. */
export type Sentence =
  | { does: 'open'; url: string }
  | { does: 'open-answer' }
  | { does: 'go'; to: Where }
  | { does: 'reload-until'; text: string }
  | { does: 'press'; name: string }
  | { does: 'enter'; value: string; label: string }
  | { does: 'see'; text: string }

type Form = [pattern: RegExp, read: (...found: string[]) => Sentence[]]

const forms: Form[] = [
  [/^Open <([^>]+)>\./, (url = '') => [{ does: 'open', url }]],
  [
    /^Open that address in (?:a|the) private window\./,
    () => [{ does: 'go', to: 'private' }, { does: 'open-answer' }],
  ],
  [/^Go to the (first|private) window\./, (to) => [{ does: 'go', to: to as Where }]],
  [/^Reload the page until you see \*\*([^*]+)\*\*\./, (text = '') => [{ does: 'reload-until', text }]],
  [/^Press \*\*([^*]+)\*\*\./, (name = '') => [{ does: 'press', name }]],
  [/^Enter `([^`]+)` as \*\*([^*]+)\*\*\./, (value = '', label = '') => [{ does: 'enter', value, label }]],
  // A question has its own mark at the end.
  [/^You see \*\*([^*]+)\*\*\.?/, (text = '') => [{ does: 'see', text }]],
]

/** The sentences of an item of a list. Throws at the first that has none of the known forms. */
export function readSentences(item: string): Sentence[] {
  const sentences: Sentence[] = []
  let rest = item.replaceAll(/\s+/g, ' ').trim()
  while (rest !== '') {
    const read = forms.flatMap(([pattern, make]) => {
      const found = pattern.exec(rest)
      return found ? [{ length: found[0].length, sentences: make(...found.slice(1)) }] : []
    })
    if (!read[0]) throw new Error(`nobody does what this sentence says: ${rest}`)
    sentences.push(...read[0].sentences)
    rest = rest.slice(read[0].length).trim()
  }
  return sentences
}
