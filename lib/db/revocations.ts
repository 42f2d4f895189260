import type { Database } from './open.ts'
import type { Statement } from './prepared.ts'

const revocations: Statement = {
  name: 'find revocations',
  text: `
    SELECT id, 'ended' AS kind, id::text AS key FROM sessions WHERE ended_at > now() - make_interval(secs => $1)
    UNION ALL
    SELECT id, 'failed', id || ' ' || failed_at FROM token_sets WHERE failed_at > now() - make_interval(secs => $1)`,
}

/** A session that has ended or a token set that has failed; `key` tells one such moment from another. */
export type Revocation = { id: string; kind: 'ended' | 'failed'; key: string }

/** What has ended or failed within so many seconds, by the database's clock. */
export async function findRevocations(
  { $prepared }: Pick<Database, '$prepared'>,
  seconds: number,
): Promise<Revocation[]> {
  return $prepared<Revocation>(revocations, [seconds])
}
