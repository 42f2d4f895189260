import { removeOldEvents } from './audit-events.ts'
import type { Database } from './database.ts'
import { removeOldCounts } from './limit-counts.ts'
import { atOnce, eachPage, type Over, onPage } from './over-sessions.ts'
import type { Statement } from './prepared.ts'
import { removeOldStaticFiles } from './static-files.ts'
import { endUnusedTokenSetsInBatches, nothingSearched } from './unused-token-sets.ts'

const expired = {
  nonces: `expires_at < now() - interval '15 minutes'`,
  device_requests: `expires_at < now() - interval '10 minutes'`,
  oidc_records: 'expires_at < now()',
  logout_tokens: `expires_at < now() - interval '1 minute'`,
  id_token_uses: 'expires_at < now()',
  used_proofs: 'expires_at < now()',
}

// In the order of the index: without it a small number of rows seems to be found sooner in the table itself.
// From `$1` on, where the last batch ended: what is removed stays in the index for a while.
const removals = Object.entries(expired).map(
  ([table, condition]): Statement => ({
    name: `remove expired ${table}`,
    text: `
      WITH gone AS (
        DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
          SELECT ctid FROM ${table} WHERE expires_at >= $1::timestamptz AND ${condition}
          ORDER BY expires_at LIMIT ${atOnce} FOR UPDATE SKIP LOCKED))
        RETURNING expires_at
      )
      SELECT count(*)::int AS rows, max(expires_at) AS at FROM gone`,
  }),
)

type Removed = { rows: number; at: Date | null }

async function* removeAll({ $prepared }: Database, statement: Statement): AsyncGenerator<number> {
  for (let from: Date | null = new Date(0); from; ) {
    const [gone]: Removed[] = await $prepared<Removed>(statement, [from])
    yield gone?.rows ?? 0
    from = gone?.rows === atOnce ? gone.at : null
  }
}

const dayAgo = `now() - interval '1 day'`
// A session that expired a day ago may have been ended since. One with children would cut them off.
const removeSessions = `
  DELETE FROM sessions
  WHERE id = ANY(ARRAY(SELECT id FROM page)) AND coalesce(ended_at, expires_at) < ${dayAgo}
    AND NOT EXISTS (SELECT FROM sessions child WHERE child.parent_id = sessions.id)
  RETURNING id`
const sessionRemovals = (['ended_at', 'expires_at'] satisfies Over[]).map((over) =>
  onPage('remove sessions', over, dayAgo, removeSessions),
)

/**
 * Removes rows that serve nothing: nonces after every deadline, sessions a day after their end, expired
 * records and logout tokens, audit events that are older than `auditDays`. First ends token sets that no
 * session uses, which `revoke-token-sets.ts` then revokes upstream. A session with children stays until they
 * are gone, because the end of its ancestors reaches them through it. Each batch is a statement of its own
 * that finds its rows by an index; yields how many rows each has removed or ended. Safe to run on several
 * instances at once. `searched` goes from sweep to sweep.
 */
export async function* sweep(
  db: Database,
  auditDays: number,
  searched = nothingSearched(),
): AsyncGenerator<number> {
  yield* endUnusedTokenSetsInBatches(db, searched)
  for (const statement of removals) yield* removeAll(db, statement)
  for (const statement of sessionRemovals)
    for await (const { rows } of eachPage(db, statement, new Date(0))) yield rows
  yield* removeOldEvents(db, auditDays)
  yield* removeOldCounts(db)
  yield removeOldStaticFiles(db)
}
