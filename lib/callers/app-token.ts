import type { Caller } from './caller.ts'

/** The access token that an app shows, such as a web nonce. */
export type AppToken = {
  token: string
  /** Whether it comes by the DPoP scheme, with a proof of its key. */
  byDpop: boolean
}

/**
 * The credentials of an `Authorization` header of the Bearer or the DPoP scheme; an empty token when the
 * header has the scheme alone, `undefined` without such a header. RFC 6750, section 2.1; RFC 9449, section
 * 7.1.
 */
export function appToken({ header }: Pick<Caller, 'header'>): AppToken | undefined {
  const [scheme = '', ...credentials] = (header('authorization') ?? '').split(/\s+/)
  const name = scheme.toLowerCase()
  if (name !== 'bearer' && name !== 'dpop') return undefined
  return { token: credentials.join(' '), byDpop: name === 'dpop' }
}
