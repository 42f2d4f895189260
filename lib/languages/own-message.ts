import { IntlMessageFormat } from 'intl-messageformat'
import { knownLanguages, messagesOf } from './languages.ts'

type Node = ReturnType<IntlMessageFormat['getAst']>[number]

/** How a message uses a name: each of them takes other values. */
type Kind = keyof typeof mayBe

/**
 * As what an own message may use a name that Baton's message uses as this. A number can be shown and can
 * choose a form; a text can be shown and compared; what a select compares is no word that people read; and
 * the values of tags are functions, which only a tag can take. No message has a date or a time.
 */
const mayBe = {
  argument: ['argument', 'select'],
  number: ['number', 'argument', 'plural', 'select'],
  plural: ['plural', 'number', 'argument', 'select'],
  select: ['select'],
  tag: ['tag'],
  date: [],
  time: [],
} as const satisfies Record<string, readonly string[]>

// By the numbers that the parser gives its nodes; the one left out is `#`.
const kinds: Readonly<Record<number, Kind>> = {
  1: 'argument',
  2: 'number',
  3: 'date',
  4: 'time',
  5: 'select',
  6: 'plural',
  8: 'tag',
}

/**
 * What is wrong with an operator's own message, in words that say what to do; `undefined` for a good one. It
 * has to have a key that there is, to be in ICU's syntax, to say something, and to use nothing that Baton's
 * message does not have, each name as what it is.
 */
export function faultOfMessage(language: string, key: string, text: string): string | undefined {
  if (!knownLanguages.includes(language))
    return `there are no messages in "${language}"; there are ${knownLanguages.join(', ')}`
  const own = messageAt(language, key)
  if (own === undefined) return 'there is no such message; messages/en.json has all of them'
  return faultBeside(own, text, language)
}

/**
 * What is wrong with a message that is to stand in the place of this one, in words that say what to do.
 *
 * @internal For tests.
 */
export function faultBeside(model: string, text: string, language: string): string | undefined {
  if (text.trim() === '') return `it is empty, and the page would say nothing there; Baton's is "${model}"`
  try {
    const known = usesOf(model, language)
    const other = usesOf(text, language).find(([name, kind]) => !isAmong(known, name, kind))
    if (other === undefined) return undefined
    return `${written(other)} is nothing that this message can have; it is "${model}"`
  } catch (error) {
    return `this is no message in ICU's syntax (${(error as Error).message}); Baton's is "${model}"`
  }
}

/**
 * The names that a message uses, each with its kind, in order. Throws for what is no message.
 *
 * @internal For tests.
 */
export function usesOf(text: string, language: string): [name: string, kind: Kind][] {
  const uses = new IntlMessageFormat(text, language).getAst().flatMap((node) => usesIn(node, language))
  const distinct = new Map(uses.map((use) => [use.join(' '), use]))
  return [...distinct.keys()].sort().map((key) => distinct.get(key) as [string, Kind])
}

function isAmong(known: readonly (readonly [string, Kind])[], name: string, kind: Kind): boolean {
  return known.some(([other, as]) => other === name && (mayBe[as] as readonly Kind[]).includes(kind))
}

function written([name, kind]: readonly [string, Kind]): string {
  if (kind === 'tag') return `<${name}>`
  return kind === 'argument' ? `{${name}}` : `{${name}, ${kind}}`
}

function messageAt(language: string, key: string): string | undefined {
  const found = key
    .split('.')
    .reduce<unknown>(
      (at, part) => (at instanceof Object && Object.hasOwn(at, part) ? at[part as never] : undefined),
      messagesOf(language),
    )
  return typeof found === 'string' ? found : undefined
}

// Tags have children, plurals and selects have options, literals and `#` have no name.
function usesIn(node: Node, language: string): [string, Kind][] {
  const kind = kinds[node.type]
  const own: [string, Kind][] = kind && 'value' in node ? [[node.value, kind]] : []
  // A number may have a format of its own, and not every one can be made.
  if (kind === 'number' && 'value' in node)
    new IntlMessageFormat([node], language).format({ [node.value]: 1 })
  const inner = 'options' in node ? Object.values(node.options).flatMap(({ value }) => value) : []
  const children = 'children' in node ? node.children : []
  return [...own, ...[...inner, ...children].flatMap((one) => usesIn(one, language))]
}
