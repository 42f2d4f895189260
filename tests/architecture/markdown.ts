/** A block of code: its language, and its text. */
export const fence = /^ *```(\w*)[^\n]*\n([\s\S]*?)^ *```/gm

/** A document without its blocks of code. */
export const proseOf = (text: string) => text.replaceAll(fence, '')

/** The anchors of a document's headings, as the repository host makes them. */
export function anchorsOf(text: string): string[] {
  return [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/**
 * Where the links and images of a document lead: inline ones, definitions, those in HTML, and `[name]` for a
 * reference without a definition.
 */
export function linksOf(text: string): string[] {
  const prose = proseOf(text).replaceAll(/`[^`\n]*`/g, '``')
  const all = (pattern: RegExp) => [...prose.matchAll(pattern)].map(([, found = '']) => found)
  const defined = [...prose.matchAll(/^ {0,3}\[([^\]]+)\]:\s*<?([^\s>]+)/gm)]
  const names = defined.map(([, name = '']) => name.toLowerCase())
  return [
    ...all(/\]\(\s*<?([^)\s>]+)/g),
    ...defined.map(([, , link = '']) => link),
    ...all(/<\w[^>]*\s(?:href|src)\s*=\s*["']?([^"'\s>]+)/gi),
    ...all(/\]\[([^\]]+)\]/g)
      .filter((name) => !names.includes(name.toLowerCase()))
      .map((name) => `[${name}]`),
  ]
}
