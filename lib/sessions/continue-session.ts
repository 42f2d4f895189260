import { open } from '#lib/crypto/seal.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import { findTokenSet } from '#lib/db/token-sets.ts'
import type { Runtime } from '#lib/runtime.ts'
import { isFresh, parseTokenSet, sealingContext } from '#lib/tokens/token-set.ts'
import { accessTokenCopy, freshCopy, parseSessionToken, type SessionToken } from './session-token.ts'

/**
 * The cookie's content as it goes on, or `null` once its session has ended. The copy of the access token is
 * taken anew from the token set when it has expired and that one has not; nothing is renewed upstream here.
 */
export async function continueSession(
  payload: unknown,
  runtime: Pick<Runtime, 'db' | 'config' | 'log'>,
): Promise<SessionToken | null> {
  const token = parseSessionToken(payload)
  if (!token) return null
  try {
    const session = await findLiveSession(runtime.db, token.sid)
    if (!session) return null
    const { accessToken, accessTokenExpiresAt, error, exp, ...rest } = token
    if (session.tokenSetError) return { ...rest, error: session.tokenSetError }
    if (session.kind === 'handoff' || !session.tokenSetId) return rest
    return freshCopy(token)
      ? { ...rest, accessToken, accessTokenExpiresAt }
      : { ...rest, ...(await copyOf(session.tokenSetId, runtime)) }
  } catch (error) {
    // A throw here makes Auth.js remove the cookie, and a database that is away for a moment must sign nobody out.
    // Whatever needs the session to be alive asks the database itself.
    runtime.log.error({ err: error }, 'the session could not be looked up')
    return token
  }
}

async function copyOf(tokenSetId: string, { db, config }: Pick<Runtime, 'db' | 'config'>) {
  const stored = await findTokenSet(db, tokenSetId)
  const opened = stored && (await open(stored.sealed, sealingContext(tokenSetId), config.secret))
  if (opened === undefined) return {}
  const tokens = parseTokenSet(opened)
  return isFresh(tokens) ? accessTokenCopy(tokens) : {}
}
