import type { Database } from './open.ts'

/**
 * Removes what can serve nothing any more: nonces past every deadline and sessions a day after their end; ends token sets that no living
 * session uses, which then are revoked upstream (`revoke-token-sets.ts`). A session that others came of stays until they have gone: it is how its
 * own ancestors reach them. Safe to run on several instances at once. Returns how many rows went.
 */
export async function sweep(db: Database): Promise<number> {
  const nonces = await db.$executeRaw`DELETE FROM nonces WHERE expires_at < now() - interval '10 minutes'`
  const tokenSets = await db.$executeRaw`
    UPDATE token_sets SET ended_at = now(), failures = 0, retry_at = NULL WHERE ended_at IS NULL AND NOT EXISTS (
      SELECT FROM sessions
      WHERE token_set_id = token_sets.id AND ended_at IS NULL AND sessions.expires_at > now())
    AND created_at < now() - interval '1 minute'`
  const sessions = await db.$executeRaw`
    DELETE FROM sessions WHERE coalesce(ended_at, expires_at) < now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM sessions child WHERE child.parent_id = sessions.id)`
  const records = await db.$executeRaw`DELETE FROM oidc_records WHERE expires_at < now()`
  const logouts =
    await db.$executeRaw`DELETE FROM logout_tokens WHERE expires_at < now() - interval '1 minute'`
  return nonces + tokenSets + sessions + records + logouts
}
