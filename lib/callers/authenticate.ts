import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { type MaybeLater, whenThere } from '#lib/later/later.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { liveSession } from '#lib/sessions/live-session.ts'
import type { RevocationFeed } from '#lib/sessions/revocation-feed.ts'
import type { SessionCache } from '#lib/sessions/session-cache.ts'
import type { SessionToken } from '#lib/sessions/session-token.ts'
import { isWebNonce, touchWebNonce } from '#lib/sessions/web-nonce.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import type { Caller } from './caller.ts'
import { openedCookie } from './opened-cookie.ts'
import { requireSameOrigin } from './same-origin.ts'
import { sessionCookieDigest } from './session-cookie.ts'

/** The live session of a call, and the content of its cookie where the call came with one. */
type Authenticated = { session: LiveSession; token: SessionToken | undefined }

/** What finding the session of a call needs. */
export type CallerNeeds = {
  db: Database
  config: Config
  sessions: SessionCache
  revocations: RevocationFeed
}

/**
 * The live session of a call, at once where this process knows it. A bearer token (an app's web nonce) takes
 * precedence over the cookie. A cookie counts only in a call from a page of Baton's own origin. Throws
 * `invalid_token` without a live session and `csrf` for a cross-site call.
 */
export function authenticate(
  caller: Caller,
  needs: CallerNeeds,
  { navigable = false } = {},
): MaybeLater<Authenticated> {
  const bearer = bearerToken(caller)
  if (bearer !== undefined)
    return whenThere(sessionOfBearer(bearer, needs), (session) => ({ session, token: undefined }))

  const cookie = caller.header('cookie')
  const key = digestOf(cookie, caller, needs)
  if (!key) throw new OAuthError('invalid_token', 'sign in first', { withoutCredentials: true })
  requireSameOrigin(caller, needs.config.url, { navigable })
  const token = openedCookie(cookie, needs, key)
  return whenThere(token && liveSession(token.sid, needs), (session) => {
    if (!session) throw new OAuthError('invalid_token', 'the session has ended; sign in again')
    return { session, token }
  })
}

const lastOf = new WeakMap<object, { cookie: string | undefined; digest: string | undefined }>()

// A browser sends the same cookie in every call on a connection, and comparing is cheaper than hashing.
function digestOf(
  cookie: string | undefined,
  { connection }: Caller,
  { config }: CallerNeeds,
): string | undefined {
  const last = connection && lastOf.get(connection)
  if (last?.cookie === cookie && last) return last.digest
  const digest = sessionCookieDigest(cookie, config)
  if (connection) lastOf.set(connection, { cookie, digest })
  return digest
}

/** The live session that a web nonce stands for. Throws `invalid_token` for any other bearer token. */
export function sessionOfBearer(bearer: string, needs: CallerNeeds): MaybeLater<LiveSession> {
  const key = isWebNonce(bearer) ? sha256(bearer).toString('base64') : undefined
  const sid = key && (needs.sessions.sidOf(key) ?? sidOfWebNonce(bearer, key, needs))
  const session = whenThere(sid, (known) => (known ? liveSession(known, needs) : undefined))
  return whenThere(session, (live) => {
    if (!live) throw new OAuthError('invalid_token', 'the web nonce is no longer valid; sign in again')
    noteRequest({ sid: live.id, ...(live.clientId !== null && { client: live.clientId }) })
    return live
  })
}

async function sidOfWebNonce(bearer: string, key: string, needs: CallerNeeds): Promise<string | undefined> {
  const sid = (await touchWebNonce(bearer, null, needs))?.id
  if (sid) needs.sessions.keepWebNonce(key, sid)
  return sid
}

/**
 * The credentials of an `Authorization: Bearer` header; empty when the header has the scheme alone,
 * `undefined` without such a header. RFC 6750, section 2.1.
 */
export function bearerToken({ header }: Pick<Caller, 'header'>): string | undefined {
  const [scheme = '', ...credentials] = (header('authorization') ?? '').split(/\s+/)
  return scheme.toLowerCase() === 'bearer' ? credentials.join(' ') : undefined
}
