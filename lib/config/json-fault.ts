/** Where a text stops being JSON, and what is wrong there; lines and columns count from 1. */
type JsonFault = { line: number; column: number; problem: string }

/**
 * The first fault of a text that should be JSON (RFC 8259); `undefined` when it has none. The messages of
 * `JSON.parse` name no place for some faults, and quote the text, which may have a secret in it.
 */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    const end = valueAt(text, spaceAt(text, 0))
    if (spaceAt(text, end) < text.length) throw new Fault(spaceAt(text, end), 'more follows after the end')
    return undefined
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const before = text.slice(0, error.offset).split('\n')
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, problem: error.message }
  }
}

class Fault extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

const word = /true|false|null/y
const number = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const string = /"([^"\\\p{Cc}]|[\x7f-\x9f]|\\(["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy

/** The offset after white space. */
function spaceAt(text: string, offset: number): number {
  return endOf(/[ \t\r\n]*/y, text, offset) ?? offset
}

function endOf(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset
  return pattern.test(text) ? pattern.lastIndex : undefined
}

/** The offset after the value that begins here. */
function valueAt(text: string, offset: number): number {
  if (text[offset] === '{') return listAt(text, offset, '}', memberAt)
  if (text[offset] === '[') return listAt(text, offset, ']', valueAt)
  if (text[offset] === '"') return stringAt(text, offset)
  const end = endOf(word, text, offset) ?? endOf(number, text, offset)
  if (end === undefined) throw new Fault(offset, problemAt(text, offset, 'a value is missing'))
  return end
}

function memberAt(text: string, offset: number): number {
  if (text[offset] !== '"')
    throw new Fault(offset, problemAt(text, offset, 'a name in double quotes is missing'))
  const colon = spaceAt(text, stringAt(text, offset))
  if (text[colon] !== ':') throw new Fault(colon, problemAt(text, colon, 'a colon is missing'))
  return valueAt(text, spaceAt(text, colon + 1))
}

function listAt(
  text: string,
  offset: number,
  close: string,
  itemAt: (text: string, offset: number) => number,
): number {
  let next = spaceAt(text, offset + 1)
  if (text[next] === close) return next + 1
  for (;;) {
    next = spaceAt(text, itemAt(text, next))
    if (text[next] === close) return next + 1
    if (text[next] !== ',') throw new Fault(next, problemAt(text, next, `a comma or ${close} is missing`))
    const comma = next
    next = spaceAt(text, next + 1)
    if (text[next] === close) throw new Fault(comma, `a comma before ${close} is one too many`)
  }
}

function stringAt(text: string, offset: number): number {
  const end = endOf(string, text, offset)
  if (end !== undefined) return end
  const line = text.slice(offset).split(/[\r\n]/)[0] ?? ''
  // The quotes close, so what is between them is at fault.
  throw new Fault(
    offset,
    /^"([^"\\]|\\.)*"/.test(line)
      ? 'this text has a character that JSON does not know, such as a tab, or a lone backslash'
      : 'this text does not end in its line: a double quote is missing',
  )
}

function problemAt(text: string, offset: number, otherwise: string): string {
  if (offset >= text.length) return 'the end is missing'
  if (text[offset] === '/' || text[offset] === '#') return 'JSON has no comments'
  if (text[offset] === "'") return 'JSON has double quotes alone'
  return otherwise
}
