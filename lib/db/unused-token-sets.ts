import { randomUUID } from 'node:crypto'
import { notEnded } from './alive.ts'
import type { Database } from './database.ts'
import { atOnce, eachPage, firstId, type Over, onPage } from './over-sessions.ts'
import type { Statement } from './prepared.ts'

// A token set that was just made is left alone: its session may not be written yet. So is one that another
// statement is about to change: the next search finds it again. The arrays keep the planner from joining with
// the whole table.
const endUnused = (ids: string) => `
  UPDATE token_sets SET ended_at = now(), failures = 0, retry_at = NULL
  WHERE id = ANY(ARRAY(
    SELECT id FROM token_sets
    WHERE id = ANY(ARRAY(${ids})) AND ended_at IS NULL AND created_at < now() - interval '1 minute'
      AND NOT EXISTS (SELECT FROM sessions WHERE token_set_id = token_sets.id AND ${notEnded('sessions')})
    FOR UPDATE SKIP LOCKED))
  RETURNING id`

const ofOver = (over: Over) =>
  onPage('end unused token sets', over, 'now()', endUnused('SELECT token_set_id FROM page'))
const statements: Record<Over, Statement> = { ended_at: ofOver('ended_at'), expires_at: ofOver('expires_at') }

const ofAll: Statement = {
  name: 'end unused token sets of all',
  text: `
    WITH page AS MATERIALIZED (
      SELECT id FROM token_sets WHERE id > $1::uuid ORDER BY id LIMIT ${atOnce}
    ), done AS (${endUnused('SELECT id FROM page')})
    SELECT (SELECT count(*) FROM done)::int AS rows, (SELECT count(*) FROM page)::int AS read,
           (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last`,
}

/** Milliseconds that a search reaches back before the previous one: what was skipped, or committed late. */
const overlap = 300_000
/** Pages that each search takes of all token sets. */
const pagesOfAll = 5

/**
 * How far the searches of one process have come: through the sessions that are over, and through all token
 * sets, by their ids. The first search begins with the oldest session, the walk through all anywhere.
 */
type Searched = Record<Over, Date> & { tokenSet: string }

export function nothingSearched(): Searched {
  return { ended_at: new Date(0), expires_at: new Date(0), tokenSet: randomUUID() }
}

/**
 * Ends token sets that no session uses, in batches: those of all sessions that were over since the last
 * search, and, of the others, the next few thousand, for those whose session was never written or was deleted
 * by hand. Yields how many each batch has ended.
 */
export async function* endUnusedTokenSetsInBatches(db: Database, searched: Searched): AsyncGenerator<number> {
  for (const over of ['ended_at', 'expires_at'] as const)
    for await (const { rows, at } of eachPage(db, statements[over], searched[over])) {
      searched[over] = new Date(at.getTime() - overlap)
      yield rows
    }
  for (let page = 0; page < pagesOfAll; page++) {
    const [walked] = await db.$prepared<{ rows: number; read: number; last: string | null }>(ofAll, [
      searched.tokenSet,
    ])
    yield walked?.rows ?? 0
    const isAtEnd = (walked?.read ?? 0) < atOnce
    searched.tokenSet = (isAtEnd ? undefined : walked?.last) ?? firstId
    if (isAtEnd) return
  }
}
