import { createFormatter, createTranslator } from 'use-intl/core'
import type english from '../../messages/en.json'

/** The messages of one language, in ICU's syntax: pages by name, and of each page its messages. */
export type Messages = typeof english

/** What says things in one language: its messages, its numbers and its dates. */
export type Say = ReturnType<typeof sayIn>

/**
 * What says things in a language (BCP 47) by its messages. Dates are those of UTC, as a server does not know
 * where a person is. A message that is missing shows as its key in brackets, and nothing throws.
 */
export function sayIn(language: string, messages: Messages) {
  const common = { locale: language, timeZone: 'UTC', onError() {} }
  const t = createTranslator({ ...common, messages, getMessageFallback: missing })
  return { language, t, format: createFormatter(common) }
}

/** How a message looks that is missing: no language uses these brackets, so tests find it on a page. */
function missing({ key, namespace }: { key: string; namespace?: string }): string {
  return `⟦${namespace === undefined ? key : `${namespace}.${key}`}⟧`
}
