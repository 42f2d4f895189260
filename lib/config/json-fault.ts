/** What is wrong with a text that should be JSON, and where; lines and columns count from 1. */
type JsonFault = { line: number; column: number; problem: string; isJson: boolean }

/** How deep lists and objects may be within each other; a configuration has no use for half of it. */
const deepest = 64

/**
 * The faults of a text that should be JSON (RFC 8259): the members that are there twice, of which one would
 * count for nothing, and the first place where it is none. The messages of `JSON.parse` name no place for
 * some faults, and quote the text, which may have a secret in it.
 */
export function jsonFaults(text: string): JsonFault[] {
  const found: Fault[] = []
  try {
    const at: Place = { text, depth: 0, found }
    const end = spaceAt(text, valueAt(at, spaceAt(text, 0)))
    if (end < text.length) throw new Fault(end, 'more follows after the end')
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    found.push(error)
  }
  return found.map(({ offset, message, isJson }) => ({ ...placeOf(text, offset), problem: message, isJson }))
}

class Fault extends Error {
  readonly offset: number
  readonly isJson: boolean

  constructor(offset: number, message: string, { isJson = false } = {}) {
    super(message)
    this.offset = offset
    this.isJson = isJson
  }
}

type Place = { text: string; depth: number; found: Fault[] }

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

const word = /true|false|null/y
const number = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const space = /[ \t\r\n]*/y
// Piece by piece, because one pattern for a whole text runs out of stack in a long one.
const plain = /[^"\\\p{Cc}]{1,1000}|[\x7f-\x9f]/uy
const escaped = /\\(["\\/bfnrt]|u[\da-fA-F]{4})/y

/** The offset after white space. */
function spaceAt(text: string, offset: number): number {
  return endOf(space, text, offset) ?? offset
}

function endOf(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset
  return pattern.test(text) ? pattern.lastIndex : undefined
}

/** The offset after the value that begins here. */
function valueAt(at: Place, offset: number): number {
  const { text } = at
  if (text[offset] === '{') return objectAt(at, offset)
  if (text[offset] === '[') return listAt(at, offset, ']', valueAt)
  if (text[offset] === '"') return stringAt(text, offset)
  const end = endOf(word, text, offset) ?? endOf(number, text, offset)
  if (end === undefined) throw new Fault(offset, problemAt(text, offset, 'a value is missing'))
  return end
}

function objectAt(at: Place, offset: number): number {
  const names = new Map<string, number>()
  return listAt(at, offset, '}', (inner, offset) => {
    const { text, found } = inner
    if (text[offset] !== '"')
      throw new Fault(offset, problemAt(text, offset, 'a name in double quotes is missing'))
    const end = stringAt(text, offset)
    const name: string = JSON.parse(text.slice(offset, end))
    const first = names.get(name)
    if (first === undefined) names.set(name, offset)
    else {
      const { line } = placeOf(text, first)
      found.push(
        new Fault(offset, `${text.slice(offset, end)} is there already, in line ${line}`, { isJson: true }),
      )
    }
    const colon = spaceAt(text, end)
    if (text[colon] !== ':') throw new Fault(colon, problemAt(text, colon, 'a colon is missing'))
    return valueAt(inner, spaceAt(text, colon + 1))
  })
}

function listAt(
  { depth, ...at }: Place,
  offset: number,
  close: string,
  itemAt: (at: Place, offset: number) => number,
): number {
  const { text } = at
  if (depth === deepest) throw new Fault(offset, `more than ${deepest} lists and objects within each other`)
  const inner = { ...at, depth: depth + 1 }
  let next = spaceAt(text, offset + 1)
  if (text[next] === close) return next + 1
  for (;;) {
    next = spaceAt(text, itemAt(inner, next))
    if (text[next] === close) return next + 1
    if (text[next] !== ',') throw new Fault(next, problemAt(text, next, `a comma or ${close} is missing`))
    const comma = next
    next = spaceAt(text, next + 1)
    if (text[next] === close) throw new Fault(comma, `a comma before ${close} is one too many`)
  }
}

function stringAt(text: string, offset: number): number {
  let next: number | undefined = offset + 1
  let end = next
  for (; next !== undefined; next = endOf(plain, text, end) ?? endOf(escaped, text, end)) end = next
  if (text[end] === '"') return end + 1
  // The quotes close, so what is between them is at fault.
  const closes = /^[^\r\n"]*"/.test(text.slice(end + (text[end] === '\\' ? 2 : 1)))
  throw new Fault(
    offset,
    closes && end < text.length && !/[\r\n]/.test(text[end] ?? '')
      ? 'this text has a character that JSON does not know, such as a tab, or a lone backslash'
      : 'this text does not end in its line: a double quote is missing',
  )
}

function problemAt(text: string, offset: number, otherwise: string): string {
  if (offset >= text.length) return 'the end is missing'
  if (text[offset] === '\0') return 'the file is not UTF-8, as it seems: save it as UTF-8'
  if (text[offset] === '/' || text[offset] === '#') return 'JSON has no comments'
  if (text[offset] === "'") return 'JSON has double quotes alone'
  return otherwise
}
