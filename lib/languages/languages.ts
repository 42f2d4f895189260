import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Messages, type Say, sayIn } from './say.ts'

/** A language that pages can be in. */
export type Language = Say & {
  /** What its own speakers call it. */
  name: string
  direction: 'ltr' | 'rtl'
  messages: Messages
}

/** Messages that go before those of a language, by their keys, such as `signIn.title`. */
type OwnMessages = Readonly<Record<string, Readonly<Record<string, string>>>>

const folder = join(import.meta.dirname, '../../messages')

/** The languages that Baton has: one file of messages each. */
export const knownLanguages: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace('.json', ''))

/** The messages of a language, as its file has them. */
export function messagesOf(language: string): Messages {
  return JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8'))
}

/** The languages of these tags (BCP 47), in this order, with the operator's own messages. */
export function openLanguages(tags: readonly string[], own: OwnMessages): ReadonlyMap<string, Language> {
  return new Map(tags.map((tag) => [tag, languageOf(tag, own[tag] ?? {})]))
}

function languageOf(tag: string, own: Readonly<Record<string, string>>): Language {
  const messages = withOwn(messagesOf(tag), own)
  let name: string | undefined
  return {
    ...sayIn(tag, messages),
    // What Node.js knows of names takes megabytes: they are looked up for the first page.
    get name() {
      name ??= new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag
      return name
    },
    direction: directionOf(tag),
    messages,
  }
}

// TypeScript knows the property by no name yet, and Node.js has had both.
function directionOf(tag: string): 'ltr' | 'rtl' {
  const locale = new Intl.Locale(tag) as Intl.Locale & { getTextInfo(): { direction: 'ltr' | 'rtl' } }
  return locale.getTextInfo().direction
}

function withOwn(messages: Messages, own: Readonly<Record<string, string>>): Messages {
  const all: Record<string, unknown> = structuredClone(messages)
  for (const [key, text] of Object.entries(own)) {
    const path = key.split('.')
    const last = path.pop() as string
    const holder = path.reduce<Record<string, unknown>>((at, part) => at[part] as typeof at, all)
    holder[last] = text
  }
  return all as Messages
}
