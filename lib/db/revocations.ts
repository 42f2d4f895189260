import type { Database } from './open.ts'
import type { Statement } from './prepared.ts'

type Prepared = Pick<Database, '$prepared'>

const revocations: Statement = {
  name: 'find revocations',
  text: `
    SELECT id, 'ended' AS kind, id::text AS key FROM sessions
    WHERE ended_at > now() - make_interval(secs => $1)
    UNION ALL
    SELECT id, 'failed', id || ' ' || failed_at FROM token_sets
    WHERE failed_at > now() - make_interval(secs => $1)
    UNION ALL
    SELECT NULL, 'now', (extract(epoch FROM now()) * 1000)::bigint::text`,
}

/** A session that has ended or a token set that has failed; `key` is different for each such event. */
export type Revocation = { id: string; kind: 'ended' | 'failed'; key: string }

/**
 * What has ended or failed within the last `seconds`. `at` is the database's time of this query, in
 * milliseconds since the epoch.
 */
export async function findRevocations(
  { $prepared }: Prepared,
  seconds: number,
): Promise<{ revocations: Revocation[]; at: number }> {
  const rows = await $prepared<Revocation | { id: null; kind: 'now'; key: string }>(revocations, [seconds])
  return {
    revocations: rows.filter((row) => row.kind !== 'now'),
    at: Number(rows.find(({ kind }) => kind === 'now')?.key),
  }
}

const endedSince: Statement = {
  name: 'find ended since',
  text: 'SELECT id FROM sessions WHERE ended_at > to_timestamp($1::float / 1000) ORDER BY ended_at',
}

/** The ids of sessions that ended after `since`, in milliseconds since the epoch by the database's clock. */
export async function findEndedSince({ $prepared }: Prepared, since: number): Promise<string[]> {
  return (await $prepared<{ id: string }>(endedSince, [since])).map(({ id }) => id)
}
