import { notEnded } from './alive.ts'
import type { Database, Queries } from './database.ts'

export type StoredTokenSet = {
  id: string
  provider: string
  sealed: string
  error: string | null
  /** Counts the refreshed token sets that were stored in this row. */
  version: number
  /** Seconds since it was stored; below 0 when the database's clock was set back meanwhile. */
  age: number
  /** Seconds until the next refresh may be tried, after a temporary failure; 0 when it may be tried now. */
  retryIn: number
}

// Ages are by `clock_timestamp()`: a row may have been stored after `now()`, when the statement began.

/** The sealed token set with this id, or `undefined` when there is none or it has ended. */
export async function findTokenSet(db: Database, id: string): Promise<StoredTokenSet | undefined> {
  const [row] = await db.$queryRaw<StoredTokenSet[]>`
    SELECT id, provider, sealed, error, version,
           extract(epoch FROM clock_timestamp() - updated_at)::float AS age,
           greatest(0, extract(epoch FROM retry_at - now()))::float AS "retryIn"
    FROM token_sets WHERE id = ${id}::uuid AND ended_at IS NULL`
  return row && { ...row, retryIn: row.retryIn ?? 0 }
}

/**
 * The exclusive right to change a token set for some seconds, and the token set as it was when the lease
 * began.
 */
export type Lease = {
  id: string
  provider: string
  sealed: string
  error: string | null
  /** Seconds since it was stored; below 0 when the database's clock was set back meanwhile. */
  age: number
  /** The fencing number: a write with a lower number than the row's is refused. */
  fence: number
  /** Counts the refreshed token sets that were stored in this row. */
  version: number
  /** Consecutive failures before this lease, and those among them in which the provider refused mutely. */
  failures: number
  muteRefusals: number
  /** Whether the last lease holder did not give it back, and may still write something. */
  tookOver: boolean
}

/**
 * Takes the lease of a token set for a refresh, for `seconds`: of any number of callers on any number of
 * instances exactly one gets it. `undefined` while another caller holds it, before its next refresh may be
 * tried, and after the token set has failed or ended.
 */
export async function takeLease(db: Database, id: string, seconds: number): Promise<Lease | undefined> {
  const [lease] = await db.$queryRaw<Lease[]>`
    UPDATE token_sets
    SET fence = token_sets.fence + 1, leased_until = now() + make_interval(secs => ${seconds})
    FROM (SELECT id, leased_until FROM token_sets WHERE id = ${id}::uuid FOR UPDATE) AS before
    WHERE token_sets.id = before.id AND error IS NULL AND ended_at IS NULL
      AND (before.leased_until IS NULL OR before.leased_until <= now())
      AND (retry_at IS NULL OR retry_at <= now())
    RETURNING token_sets.id, provider, sealed, error, fence, version, failures,
              extract(epoch FROM clock_timestamp() - updated_at)::float AS age,
              mute_refusals AS "muteRefusals", before.leased_until IS NOT NULL AS "tookOver"`
  return lease
}

/** Extends a lease to `seconds` from now; `false` when it was given back or another caller has taken it. */
export async function extendLease(db: Database, { id, fence }: Lease, seconds: number): Promise<boolean> {
  const extended = await db.$executeRaw`
    UPDATE token_sets SET leased_until = now() + make_interval(secs => ${seconds})
    WHERE id = ${id}::uuid AND fence = ${fence} AND leased_until IS NOT NULL`
  return extended === 1
}

/** Gives a lease back and changes nothing else. */
export async function releaseLease(db: Database, { id, fence }: Lease): Promise<void> {
  await db.$executeRaw`
    UPDATE token_sets SET leased_until = NULL WHERE id = ${id}::uuid AND fence = ${fence}`
}

/**
 * Stores a refreshed token set and ends the lease, even if another caller holds the lease by now. That lease
 * holder has only the refresh token that is spent, and its fencing number becomes too low to write.
 * `undefined` when another refreshed token set was stored first. `ended`: no session uses the token set.
 */
export async function storeRefreshed(
  db: Database,
  { id, version }: Lease,
  sealed: string,
): Promise<{ ended: boolean } | undefined> {
  const [row] = await db.$queryRaw<{ ended: boolean }[]>`
    UPDATE token_sets
    SET sealed = ${sealed}, version = version + 1, fence = fence + 1, leased_until = NULL,
        error = NULL, failed_at = NULL, failures = 0, mute_refusals = 0, retry_at = NULL, updated_at = now()
    WHERE id = ${id}::uuid AND version = ${version}
    RETURNING ended_at IS NOT NULL AS ended`
  return row
}

/**
 * Marks a token set that its provider refuses to refresh; `false` when another caller has taken the lease.
 */
export async function failTokenSet(db: Database, { id, fence }: Lease, error: string): Promise<boolean> {
  const failed = await db.$executeRaw`
    UPDATE token_sets SET error = ${error}, failed_at = now(), leased_until = NULL, updated_at = now()
    WHERE id = ${id}::uuid AND fence = ${fence}`
  return failed === 1
}

/**
 * Gives a lease back after a temporary failure; the next try waits for `seconds`. Mute refusals are counted
 * as long as they follow each other.
 */
export async function postpone(
  db: Database,
  { id, fence }: Lease,
  seconds: number,
  { isMute = false } = {},
): Promise<void> {
  await db.$executeRaw`
    UPDATE token_sets
    SET leased_until = NULL, failures = failures + 1,
        mute_refusals = CASE WHEN ${isMute} THEN mute_refusals + 1 ELSE 0 END,
        retry_at = now() + make_interval(secs => ${seconds})
    WHERE id = ${id}::uuid AND fence = ${fence}`
}

/** Replaces a sealed token set by the same one sealed again, unless the row has changed since it was read. */
export async function resealTokenSet(
  db: Database,
  id: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await db.$executeRaw`UPDATE token_sets SET sealed = ${to} WHERE id = ${id}::uuid AND sealed = ${from}`
}

const endUnused = `
  UPDATE token_sets SET ended_at = now(), revokes = $1::boolean, failures = 0, retry_at = NULL
  WHERE ended_at IS NULL AND id IN (SELECT token_set_id FROM sessions WHERE id = ANY($2::uuid[]))
    AND NOT EXISTS (SELECT FROM sessions WHERE token_set_id = token_sets.id AND ${notEnded('sessions')})`

/**
 * Ends the token sets of these sessions that no other session uses. With `revoke` they are to be revoked
 * upstream, otherwise only removed.
 */
export async function endUnusedTokenSets(
  db: Queries,
  sids: string[],
  { revoke }: { revoke: boolean },
): Promise<void> {
  // It resets the failures: those of refreshes say nothing about a revocation.
  await db.$executeRawUnsafe(endUnused, revoke, sids)
}

/** The ids of these sessions' token sets that have ended and are not removed yet. */
export async function findEndedTokenSets(db: Queries, sids: string[]): Promise<string[]> {
  const ended = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM token_sets
    WHERE ended_at IS NOT NULL AND id IN (SELECT token_set_id FROM sessions WHERE id = ANY(${sids}::uuid[]))`
  return ended.map(({ id }) => id)
}

/**
 * Takes the leases of ended token sets, of these `ids` or of any, that no other caller is about to revoke.
 */
export async function leaseEnded(
  db: Database,
  { ids = null, limit, seconds }: { ids?: string[] | null; limit: number; seconds: number },
): Promise<(Lease & { revokes: boolean })[]> {
  return db.$queryRaw`
    UPDATE token_sets SET fence = fence + 1, leased_until = now() + make_interval(secs => ${seconds})
    WHERE id IN (
      SELECT id FROM token_sets
      WHERE ended_at IS NOT NULL AND (${ids}::uuid[] IS NULL OR id = ANY(${ids}::uuid[]))
        AND (leased_until IS NULL OR leased_until <= now())
        AND (retry_at IS NULL OR retry_at <= now())
      ORDER BY ended_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, provider, sealed, error, fence, version, failures,
              extract(epoch FROM clock_timestamp() - updated_at)::float AS age,
              mute_refusals AS "muteRefusals", false AS "tookOver", revokes`
}

/** Removes an ended token set, unless another caller has taken the lease. */
export async function removeTokenSet(db: Database, { id, fence }: Lease): Promise<void> {
  await db.$executeRaw`DELETE FROM token_sets WHERE id = ${id}::uuid AND fence = ${fence}`
}
