import type { Config } from '#lib/config/load.ts'
import type { SessionCache } from '#lib/sessions/session-cache.ts'
import type { SessionToken } from '#lib/sessions/session-token.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import { readSessionCookie, sessionCookieDigest } from './session-cookie.ts'

type Needs = { config: Pick<Config, 'url' | 'secrets'>; sessions: SessionCache }

/**
 * The content of the session cookie, which this process opens once a minute; `undefined` without a valid
 * cookie. Give its digest where it is known.
 */
export function openedCookie(
  cookie: string | undefined,
  { sessions, config }: Needs,
  digest = sessionCookieDigest(cookie, config),
): SessionToken | undefined {
  if (digest === undefined) return undefined
  const known = sessions.cookie(digest)
  if (known) {
    noteRequest({ sid: known.sid })
    return known
  }
  const token = readSessionCookie(cookie, config)
  if (token) sessions.keepCookie(digest, token)
  return token
}
