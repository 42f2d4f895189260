import type { Runtime } from '#lib/runtime.ts'
import { liveSession } from './live-session.ts'
import { freshCopy, parseSessionToken, type SessionToken, withAccessToken } from './session-token.ts'

/**
 * The cookie's content as it goes on, or `null` once its session has ended. The copy of the access token is
 * taken anew from what this process knows of the token set; nothing is read or renewed for it.
 */
export async function continueSession(
  payload: unknown,
  runtime: Pick<Runtime, 'db' | 'log' | 'sessions' | 'revocations' | 'accessTokens'>,
): Promise<SessionToken | null> {
  const token = parseSessionToken(payload)
  if (!token) return null
  try {
    const session = await liveSession(token.sid, runtime)
    if (!session) return null
    const { accessToken, accessTokenExpiresAt, accessTokenLifetime, error, exp, ...rest } = token
    if (session.tokenSetError) return { ...rest, error: session.tokenSetError }
    if (session.kind === 'handoff' || !session.tokenSetId) return rest
    return freshCopy(token)
      ? { ...rest, accessToken, accessTokenExpiresAt, accessTokenLifetime }
      : withAccessToken(rest, runtime.accessTokens.get(session.tokenSetId))
  } catch (error) {
    // A throw here makes Auth.js remove the cookie, and a database that is away for a moment must sign nobody out.
    // Whatever needs the session to be alive asks the database itself.
    runtime.log.error({ err: error }, 'the session could not be looked up')
    return token
  }
}
