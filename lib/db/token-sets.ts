import type { Database, Queries } from './open.ts'

export type StoredTokenSet = {
  id: string
  provider: string
  sealed: string
  error: string | null
  /** Seconds for which its provider is left alone, after a failure that may pass; 0 for not at all. */
  retryIn: number
}

/** The sealed token set, or `undefined` when there is none with this id. */
export async function findTokenSet(db: Database, id: string): Promise<StoredTokenSet | undefined> {
  const [row] = await db.$queryRaw<StoredTokenSet[]>`
    SELECT id, provider, sealed, error,
           greatest(0, extract(epoch FROM retry_at - now()))::float AS "retryIn"
    FROM token_sets WHERE id = ${id}::uuid AND ended_at IS NULL`
  return row && { ...row, retryIn: row.retryIn ?? 0 }
}

/** The sole right to change a token set for some seconds, and the token set as it was when the right began. */
export type Lease = {
  id: string
  provider: string
  sealed: string
  error: string | null
  /** The fencing number: what is written with an older one than the row's is refused. */
  fence: number
  /** Counts the token sets that have been stored in this row. */
  version: number
  /** Failures in a row before this. */
  failures: number
  /** Whether its last holder did not give it back, and may still have something to write. */
  tookOver: boolean
}

/**
 * Takes the lease of a token set that is to be refreshed, for so many seconds: of any number of callers on any number of
 * instances one gets it. `undefined` while another holds it, while its provider is to be left alone, and once it has failed or ended.
 */
export async function takeLease(db: Database, id: string, seconds: number): Promise<Lease | undefined> {
  const [lease] = await db.$queryRaw<Lease[]>`
    UPDATE token_sets SET fence = token_sets.fence + 1, leased_until = now() + make_interval(secs => ${seconds})
    FROM (SELECT id, leased_until FROM token_sets WHERE id = ${id}::uuid FOR UPDATE) AS before
    WHERE token_sets.id = before.id AND error IS NULL AND ended_at IS NULL
      AND (before.leased_until IS NULL OR before.leased_until <= now()) AND (retry_at IS NULL OR retry_at <= now())
    RETURNING token_sets.id, provider, sealed, error, fence, version, failures,
              before.leased_until IS NOT NULL AS "tookOver"`
  return lease
}

/** Holds a lease for so many seconds more; `false` when it was given back, or another has taken it meanwhile. */
export async function extendLease(db: Database, { id, fence }: Lease, seconds: number): Promise<boolean> {
  const extended = await db.$executeRaw`
    UPDATE token_sets SET leased_until = now() + make_interval(secs => ${seconds})
    WHERE id = ${id}::uuid AND fence = ${fence} AND leased_until IS NOT NULL`
  return extended === 1
}

/** Gives a lease back with nothing changed. */
export async function releaseLease(db: Database, { id, fence }: Lease): Promise<void> {
  await db.$executeRaw`
    UPDATE token_sets SET leased_until = NULL WHERE id = ${id}::uuid AND fence = ${fence}`
}

/**
 * Puts the refreshed token set in its place and ends the lease, be it another's by now: what that one has in hand came of a refresh token
 * that is spent, and its fencing number becomes too old to write. `undefined` when a refreshed one is there already. `ended`: no session uses it any
 * more.
 */
export async function storeRefreshed(
  db: Database,
  { id, version }: Lease,
  sealed: string,
): Promise<{ ended: boolean } | undefined> {
  const [row] = await db.$queryRaw<{ ended: boolean }[]>`
    UPDATE token_sets
    SET sealed = ${sealed}, version = version + 1, fence = fence + 1, leased_until = NULL,
        error = NULL, failed_at = NULL, failures = 0, retry_at = NULL, updated_at = now()
    WHERE id = ${id}::uuid AND version = ${version}
    RETURNING ended_at IS NOT NULL AS ended`
  return row
}

/** Marks a token set that its provider no longer renews; `false` when another has taken the lease meanwhile. */
export async function failTokenSet(db: Database, { id, fence }: Lease, error: string): Promise<boolean> {
  const failed = await db.$executeRaw`
    UPDATE token_sets SET error = ${error}, failed_at = now(), leased_until = NULL, updated_at = now()
    WHERE id = ${id}::uuid AND fence = ${fence}`
  return failed === 1
}

/** Gives the lease back after a failure that may pass; nobody tries the same again for so many seconds. */
export async function postpone(db: Database, { id, fence }: Lease, seconds: number): Promise<void> {
  await db.$executeRaw`
    UPDATE token_sets
    SET leased_until = NULL, failures = failures + 1, retry_at = now() + make_interval(secs => ${seconds})
    WHERE id = ${id}::uuid AND fence = ${fence}`
}

/** Puts the same token set, sealed anew, in the place of what it was opened from. */
export async function resealTokenSet(
  db: Database,
  id: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await db.$executeRaw`UPDATE token_sets SET sealed = ${to} WHERE id = ${id}::uuid AND sealed = ${from}`
}

/** Ends the token sets of these sessions that no living session uses any more, to be revoked upstream or only removed. */
export async function endUnusedTokenSets(
  db: Queries,
  sids: string[],
  { revoke }: { revoke: boolean },
): Promise<void> {
  // What was noted of refreshes says nothing of a revocation.
  await db.$executeRaw`
    UPDATE token_sets SET ended_at = now(), revokes = ${revoke}, failures = 0, retry_at = NULL
    WHERE ended_at IS NULL AND id IN (SELECT token_set_id FROM sessions WHERE id = ANY(${sids}::uuid[]))
      AND NOT EXISTS (
        SELECT FROM sessions
        WHERE token_set_id = token_sets.id AND ended_at IS NULL AND sessions.expires_at > now())`
}

/** The token sets of these sessions that have ended, and not been removed yet. */
export async function findEndedTokenSets(db: Queries, sids: string[]): Promise<string[]> {
  const ended = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM token_sets
    WHERE ended_at IS NOT NULL AND id IN (SELECT token_set_id FROM sessions WHERE id = ANY(${sids}::uuid[]))`
  return ended.map(({ id }) => id)
}

/** Takes the leases of token sets that have ended, of these or of any, and that nobody else is about to revoke. */
export async function leaseEnded(
  db: Database,
  { ids = null, limit, seconds }: { ids?: string[] | null; limit: number; seconds: number },
): Promise<(Lease & { revokes: boolean })[]> {
  return db.$queryRaw`
    UPDATE token_sets SET fence = fence + 1, leased_until = now() + make_interval(secs => ${seconds})
    WHERE id IN (
      SELECT id FROM token_sets
      WHERE ended_at IS NOT NULL AND (${ids}::uuid[] IS NULL OR id = ANY(${ids}::uuid[]))
        AND (leased_until IS NULL OR leased_until <= now()) AND (retry_at IS NULL OR retry_at <= now())
      ORDER BY ended_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, provider, sealed, error, fence, version, failures, false AS "tookOver", revokes`
}

/** Removes a token set that has ended, unless another has taken the lease meanwhile. */
export async function removeTokenSet(db: Database, { id, fence }: Lease): Promise<void> {
  await db.$executeRaw`DELETE FROM token_sets WHERE id = ${id}::uuid AND fence = ${fence}`
}
