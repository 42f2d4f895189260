import type { Messages } from '#lib/languages/say.ts'

const pages = ['common', 'continueElsewhere', 'device', 'pageError'] as const

/** The messages that the parts of pages have which run in the browser. */
export type BrowserMessages = Pick<Messages, (typeof pages)[number]>

/** Those of all messages: the rest need not be sent. */
export function browserMessages(messages: Messages): BrowserMessages {
  return Object.fromEntries(pages.map((page) => [page, messages[page]])) as BrowserMessages
}
