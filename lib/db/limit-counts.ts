import type { Database } from './database.ts'
import { atOnce } from './over-sessions.ts'

type Query = { name?: string; text: string; values: unknown[] }

/** The database as `rate-limiter-flexible` asks it. */
export function limitCounts({ $prepared }: Pick<Database, '$prepared'>): {
  query(query: Query): Promise<{ rows: unknown[] }>
} {
  return {
    query: async ({ name = '', text, values }) => ({ rows: await $prepared({ name, text }, values) }),
  }
}

/** Removes counts whose window ended a minute ago, in batches. Yields how many each has removed. */
export async function* removeOldCounts(db: Database): AsyncGenerator<number> {
  for (let removed = atOnce; removed === atOnce; ) {
    removed = await db.$executeRaw`
      DELETE FROM limit_counts WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM limit_counts WHERE expire < extract(epoch FROM now() - interval '1 minute') * 1000
        ORDER BY expire LIMIT ${atOnce}::int FOR UPDATE SKIP LOCKED))`
    yield removed
  }
}
