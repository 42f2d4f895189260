import type { Messages, Say } from '#lib/languages/say.ts'

/** Where the messages have the title and the text of why a sign-in did not work. */
type Kind = Exclude<keyof Messages['signInProblem'], 'at'>

/** By the codes in addresses. */
const kinds: Record<string, Kind> = {
  CannotStart: 'unavailable',
  Unavailable: 'unavailable',
  Configuration: 'configuration',
  AccessDenied: 'denied',
  NotAllowed: 'notAllowed',
  Expired: 'expired',
}

function kindOf(error: unknown): Kind {
  return (typeof error === 'string' && Object.hasOwn(kinds, error) && kinds[error]) || 'unknown'
}

/**
 * What a page says for the error in its address, whoever wrote that. To try again cannot help where it is
 * final: somebody has to mend something first.
 */
export function signInProblem(error: unknown, { t }: Say): { title: string; text: string; isFinal: boolean } {
  const kind = kindOf(error)
  return {
    title: t(`signInProblem.${kind}.title`),
    text: t(`signInProblem.${kind}.text`),
    isFinal: kind === 'configuration',
  }
}
