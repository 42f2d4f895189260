import { isAlive } from './alive.ts'
import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'
import type { SessionKind } from './sessions.ts'

/** Pages of the table that are read at most: 4 MB, which hold some 10,000 sessions. */
const mostPages = 500

/** How many times as many pages the table has, at least 1. */
const times = `greatest(1, pg_relation_size('sessions') / current_setting('block_size')::float / $1::float)`

// Whole pages are drawn, and the same ones each time, so that the estimate moves with the table alone.
const count: Statement = {
  name: 'count live sessions',
  text: `
    SELECT kind, round(count(*) * ${times})::int AS sessions
    FROM sessions TABLESAMPLE SYSTEM (100 / ${times}) REPEATABLE (1)
    WHERE ${isAlive('sessions')}
    GROUP BY kind`,
}

/**
 * How many sessions of each kind are alive, over all instances: exact for a table of 4 MB, and
 * beyond that an estimate from so much of it, for the same price.
 */
export function countLiveSessions(
  { $prepared }: Pick<Database, '$prepared'>,
  pages = mostPages,
): Promise<{ kind: SessionKind; sessions: number }[]> {
  return $prepared<{ kind: SessionKind; sessions: number }>(count, [pages])
}
