/** What an SVG may have before its root, by how each begins and ends (XML 1.0, section 2.8). */
const prolog = [
  { begins: '<!--', ends: '-->' },
  // The declaration and others, such as that of a style sheet.
  { begins: '<?', ends: '?>' },
  { begins: '<!DOCTYPE svg', ends: '>' },
]

/**
 * Whether a text is an SVG by its beginning: its root is `svg`, and what stands before it defines no entity.
 * Each character is looked at once or twice, whatever the text is.
 */
export function isSvg(text: string): boolean {
  const blank = /\s*/y
  blank.lastIndex = text.startsWith('\ufeff') ? 1 : 0
  for (;;) {
    blank.test(text)
    const at = blank.lastIndex
    const part = prolog.find(({ begins }) => text.startsWith(begins, at))
    if (!part) return isRoot(text, at)
    const end = text.indexOf(part.ends, at + part.begins.length)
    if (end === -1) return false
    if (part.ends === '>' && text.slice(at, end).includes('[')) return false
    blank.lastIndex = end + part.ends.length
  }
}

function isRoot(text: string, at: number): boolean {
  return /^<(svg:)?svg[\s>/]/.test(text.slice(at, at + 10))
}
