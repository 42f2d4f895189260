import type { Database } from './database.ts'
import { atOnce } from './over-sessions.ts'
import type { Statement } from './prepared.ts'

type Query = { name?: string; text: string; values: unknown[] }

/** The database as `rate-limiter-flexible` asks it. */
export function limitCounts({ $prepared }: Pick<Database, '$prepared'>): {
  query(query: Query): Promise<{ rows: unknown[] }>
} {
  return {
    query: async ({ name = '', text, values }) => ({ rows: await $prepared({ name, text }, values) }),
  }
}

const remove: Statement = {
  name: 'remove old counts',
  text: `
    WITH gone AS (
      DELETE FROM limit_counts WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM limit_counts
        WHERE expire < extract(epoch FROM now() - interval '1 minute')::bigint * 1000
        ORDER BY expire LIMIT ${atOnce} FOR UPDATE SKIP LOCKED))
      RETURNING key
    )
    SELECT count(*)::int AS rows FROM gone`,
}

/** Removes counts whose window ended a minute ago, in batches. Yields how many each has removed. */
export async function* removeOldCounts({ $prepared }: Database): AsyncGenerator<number> {
  for (let removed = atOnce; removed === atOnce; ) {
    const [gone] = await $prepared<{ rows: number }>(remove, [])
    removed = gone?.rows ?? 0
    yield removed
  }
}
