/** Columns of a line of prose. */
const widest = 110

/** A table. */
export function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [line(head), `|${'---|'.repeat(head.length)}`, ...body.map(line)].join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Paragraphs whose lines are not too long, with links to the documents that they name. */
export function prose(text: string): string {
  return linked(text)
    .split('\n\n')
    .map((paragraph) => paragraph.split(' ').reduce(withWord, ''))
    .join('\n\n')
}

function withWord(text: string, word: string): string {
  if (text === '') return word
  const last = text.slice(text.lastIndexOf('\n') + 1)
  return `${text}${last.length + word.length < widest ? ' ' : '\n'}${word}`
}

// From the folder of the documents.
function linked(text: string): string {
  return text.replaceAll(/\bdocs\/([\w-]+\.md)/g, '[$1]($1)')
}

/** What a heading is called in links, as the repository host makes it. */
export function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '')
  return kept.replaceAll(' ', '-')
}
