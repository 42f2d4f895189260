import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { SessionToken } from '#lib/sessions/session-token.ts'
import { requireSameOrigin } from './same-origin.ts'
import { readSessionCookie } from './session-cookie.ts'

export type Caller = {
  method: string | undefined
  /** A request header by its lower-case name. */
  header(name: string): string | undefined
}

export type Authenticated = { session: LiveSession; token: SessionToken }

/**
 * The live session that a call is made in. A bearer token outranks the cookie; a cookie counts only from a page of Baton's own
 * origin. Throws `invalid_token` without a live session and `csrf` for a cross-site call.
 */
export async function authenticate(
  caller: Caller,
  { db, config }: Pick<Runtime, 'db' | 'config'>,
  { navigable = false } = {},
): Promise<Authenticated> {
  if (bearerToken(caller) !== undefined)
    throw new OAuthError('invalid_token', 'the bearer token is not known')

  const cookie = caller.header('cookie')
  const token = await readSessionCookie(cookie, config)
  if (!token)
    throw new OAuthError('invalid_token', 'sign in first', {
      withoutCredentials: !cookie?.includes('session-token'),
    })
  requireSameOrigin(caller, config.url, { navigable })
  const session = await findLiveSession(db, token.sid)
  if (!session) throw new OAuthError('invalid_token', 'the session has ended; sign in again')
  return { session, token }
}

/** The credentials of an `Authorization: Bearer` header (RFC 6750, section 2.1), if there is one. */
export function bearerToken({ header }: Pick<Caller, 'header'>): string | undefined {
  return /^bearer(?: +(.*))?$/i.exec(header('authorization') ?? '')?.[1]
}
