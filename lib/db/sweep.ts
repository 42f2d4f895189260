import { notEnded } from './alive.ts'
import type { Database } from './open.ts'

// A token set that was just made is left alone: its session may not be written yet.
const endUnusedTokenSets = `
  UPDATE token_sets SET ended_at = now(), failures = 0, retry_at = NULL
  WHERE ended_at IS NULL AND created_at < now() - interval '1 minute'
    AND NOT EXISTS (SELECT FROM sessions WHERE token_set_id = token_sets.id AND ${notEnded('sessions')})`

/**
 * Removes rows that serve nothing: nonces after every deadline, sessions a day after their end, expired
 * records and logout tokens. Ends token sets that no session uses, which `revoke-token-sets.ts` then revokes
 * upstream. A session with children stays until they are gone, because the end of its ancestors reaches them
 * through it. Safe to run on several instances at once. Returns the number of rows that it removed or ended.
 */
export async function sweep(db: Database): Promise<number> {
  const nonces = await db.$executeRaw`DELETE FROM nonces WHERE expires_at < now() - interval '15 minutes'`
  const tokenSets = await db.$executeRawUnsafe(endUnusedTokenSets)
  const sessions = await db.$executeRaw`
    DELETE FROM sessions WHERE coalesce(ended_at, expires_at) < now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM sessions child WHERE child.parent_id = sessions.id)`
  const records = await db.$executeRaw`DELETE FROM oidc_records WHERE expires_at < now()`
  const logouts =
    await db.$executeRaw`DELETE FROM logout_tokens WHERE expires_at < now() - interval '1 minute'`
  return nonces + tokenSets + sessions + records + logouts
}
