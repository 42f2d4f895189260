import type { Messages } from '#lib/languages/say.ts'

type Kind = {
  /** Where the messages have its title and its text. */
  name: Exclude<keyof Messages['problem'], 'again' | 'againIn'>
  /** Whether to try again can help. */
  mayRepeat: boolean
}

const otherServer: Kind = { name: 'otherServer', mayRepeat: true }
const kinds: Record<string, Kind> = {
  csrf: { name: 'csrf', mayRepeat: true },
  404: { name: 'notFound', mayRepeat: false },
  413: { name: 'tooLarge', mayRepeat: false },
  421: { name: 'misdirected', mayRepeat: false },
  429: { name: 'tooMany', mayRepeat: true },
  502: otherServer,
  504: otherServer,
  503: { name: 'unavailable', mayRepeat: true },
}

/** What kind of problem an error is to a person. */
export function problemKind({ code, status }: { code: string; status: number }): Kind {
  const known = kinds[code] ?? kinds[status]
  if (known) return known
  return status >= 500 ? { name: 'failed', mayRepeat: true } : { name: 'notUnderstood', mayRepeat: false }
}
