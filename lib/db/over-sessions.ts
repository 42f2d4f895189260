import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'

/** Rows that one statement of a sweep reads at most. */
export const atOnce = 1000

/** How a session is over: it was ended, or has expired. Each has an index by which its pages are found. */
export type Over = 'ended_at' | 'expires_at'

/**
 * A statement that works on the next page of sessions that were over before `until`, from the place `$1`,
 * `$2` on. `work` is SQL that reads `page` (id, token_set_id) and returns its rows' ids. Only constants.
 */
export function onPage(name: string, over: Over, until: string, work: string): Statement {
  return {
    name: `${name} by ${over}`,
    text: `
      WITH page AS MATERIALIZED (
        SELECT id, token_set_id, ${over} AS over_at FROM sessions
        WHERE ${over} >= $1::timestamptz AND (${over}, id) > ($1::timestamptz, $2::uuid)
          AND ${over} < ${until}
        ORDER BY ${over}, id LIMIT ${atOnce}
      ), done AS (${work})
      SELECT id, over_at AS at, (SELECT count(*) FROM page)::int AS read,
             (SELECT count(*) FROM done)::int AS done
      FROM page ORDER BY over_at DESC, id DESC LIMIT 1`,
  }
}

/** Comes before all ids. */
export const firstId = '00000000-0000-0000-0000-000000000000'

/**
 * Runs a statement of `onPage` on page after page, from the sessions that were over at `from` on. Yields how
 * many rows each has changed, and where it has come to.
 */
export async function* eachPage(
  { $prepared }: Pick<Database, '$prepared'>,
  statement: Statement,
  from: Date,
): AsyncGenerator<{ rows: number; at: Date }> {
  for (let place: [at: Date, id: string] = [from, firstId]; ; ) {
    const [page] = await $prepared<{ id: string; at: Date; read: number; done: number }>(statement, place)
    if (!page) return
    yield { rows: page.done, at: page.at }
    if (page.read < atOnce) return
    place = [page.at, page.id]
  }
}
