import type { Logger } from 'pino'
import type { AccessTokenCache } from '#lib/tokens/access-token-cache.ts'
import { type LiveSessionNeeds, liveSession } from './live-session.ts'
import { freshCopy, parseSessionToken, type SessionToken, withAccessToken } from './session-token.ts'

/**
 * The content of a session cookie as Auth.js writes it again, or `null` once its session has ended. The copy
 * of the access token comes from what this process knows of the token set; nothing is read or refreshed for
 * it.
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
    const { accessToken, accessTokenExpiresAt, accessTokenLifetime, error, exp, ...rest } = token
    if (session.tokenSetError) return { ...rest, error: session.tokenSetError }
    if (session.kind === 'handoff' || !session.tokenSetId) return rest
    return freshCopy(token)
      ? { ...rest, accessToken, accessTokenExpiresAt, accessTokenLifetime }
      : withAccessToken(rest, needs.accessTokens.get(session.tokenSetId))
  } catch (error) {
    // A throw here makes Auth.js remove the cookie, and a database that is away for a moment must sign nobody
    // out. What needs the session to be alive asks the database itself.
    needs.log.error({ err: error }, 'the session could not be looked up')
    return token
  }
}
