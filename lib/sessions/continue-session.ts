import type { Logger } from 'pino'
import { logFailure } from '#lib/http/log-failure.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import type { AccessTokenCache } from '#lib/tokens/access-token-cache.ts'
import { type LiveSessionNeeds, liveSession } from './live-session.ts'
import { freshCopy, parseSessionToken, type SessionToken, withAccessToken } from './session-token.ts'

/**
 * The content of a session cookie for Auth.js to write again; `null` once its session has ended. The copy of
 * the access token comes from this process's cache: it costs no query and no refresh.
 */
export async function continueSession(
  payload: unknown,
  needs: LiveSessionNeeds & { log: Logger; accessTokens: AccessTokenCache },
): Promise<SessionToken | null> {
  const token = parseSessionToken(payload)
  if (!token) return null
  try {
    const session = await liveSession(token.sid, needs)
    if (!session) return null
    noteRequest({ sid: session.id })
    const { accessToken, accessTokenExpiresAt, accessTokenLifetime, error, exp, ...rest } = token
    if (session.tokenSetError) return { ...rest, error: session.tokenSetError }
    if (session.kind === 'handoff' || !session.tokenSetId) return rest
    return freshCopy(token)
      ? { ...rest, accessToken, accessTokenExpiresAt, accessTokenLifetime }
      : withAccessToken(rest, needs.accessTokens.get(session.tokenSetId))
  } catch (error) {
    // Auth.js removes the cookie on a throw; a short database outage must not sign people out. Code that
    // needs a live session asks the database itself.
    logFailure(needs.log, 'session.unknown', { err: error })
    return token
  }
}
