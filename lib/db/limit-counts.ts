import type { Database } from './database.ts'
import { atOnce } from './over-sessions.ts'
import type { Statement } from './prepared.ts'

type Query = { name?: string; text: string; values: unknown[] }

/** The database as `rate-limiter-flexible` asks it. */
export function limitCounts({ $prepared }: Pick<Database, '$prepared'>): {
  query(query: Query): Promise<{ rows: unknown[]; rowCount: number }>
} {
  return {
    async query({ name = '', text, values }) {
      const rows = await $prepared({ name, text }, values)
      return { rows, rowCount: rows.length }
    },
  }
}

const giveBack: Statement = {
  name: 'give back counts',
  text: `
    UPDATE limit_counts SET points = greatest(points - $2::int, 0)
    WHERE key = $1 AND expire > extract(epoch FROM now()) * 1000`,
}

/** Takes so many from a count, while its window lasts. The library would begin a window of less than none. */
export async function giveBackCounts({ $prepared }: Database, key: string, points: number): Promise<void> {
  await $prepared(giveBack, [key, points])
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
