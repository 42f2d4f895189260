import { isAlive, notEnded } from './alive.ts'
import type { Database, Queries } from './database.ts'
import { type Statement, within } from './prepared.ts'
import { revokingNonces } from './revoked-nonces.ts'
import {
  type Ended,
  type EndedRow,
  endedOf,
  endSessionTrees,
  type LiveRow,
  type LiveSession,
  liveSessionOf,
  selectLive,
  tellRevoked,
} from './sessions.ts'

// A web nonce has an idle time of its own (see `web-nonces.ts`), and a hand-off from an app has its app's.
const hasOwnIdleTime = `kind <> 'app' AND idle_with IS NULL`

const touch: Statement = {
  name: 'touch live session',
  text: `
    WITH touched AS (
      UPDATE sessions SET used_at = now(), idle_until = now() + make_interval(secs => $2::float)
      WHERE id = $1::uuid AND ${hasOwnIdleTime} AND ${isAlive('sessions')}
        AND ((idle_until IS NULL) <> ($2::float IS NULL)
             OR idle_until NOT BETWEEN now() + make_interval(secs => $2::float - $3::float)
                                   AND now() + make_interval(secs => $2::float))
      RETURNING idle_until
    )
    ${selectLive(`CASE WHEN EXISTS (SELECT FROM touched) THEN (SELECT idle_until FROM touched)
                       ELSE sessions.idle_until END`)}`,
}

/**
 * As `findLiveSession`, and moves the idle end of a browser's session to `idleTime` seconds from now, unless
 * it is at most `slack` seconds short of that. `null` takes the idle end away.
 */
export async function touchLiveSession(
  { $prepared }: Pick<Database, '$prepared'>,
  sid: string,
  { idleTime, slack }: { idleTime: number | null; slack: number },
): Promise<LiveSession | undefined> {
  const [row] = await $prepared<LiveRow>(touch, [sid, idleTime, slack])
  return row && liveSessionOf(row)
}

// Each recorded use of a session would write to all indexes of the table if the idle end had one. So a check
// has one: it comes at the idle end of before, and is put off to that of now. An expired session needs none.
// Instances that do this at the same time skip each other's rows.
const check: Statement = {
  name: 'check idle sessions',
  text: `
  WITH checked AS (
    UPDATE sessions
    SET ended_at = CASE WHEN ${notEnded('sessions')} AND idle_until <= now() THEN now() END,
        idle_check_at = idle_until,
        idle_until = CASE WHEN expires_at > now() THEN idle_until END
    WHERE id = ANY(ARRAY(SELECT id FROM sessions
                         WHERE idle_due <= now() AND ended_at IS NULL
                         ORDER BY idle_due LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING *
  ), idle AS (
    SELECT * FROM checked WHERE ended_at IS NOT NULL
  ), ${tellRevoked('idle', `'idle'`)},
  ${revokingNonces('source_session_id IN (SELECT id FROM idle)', `'idle'`)}
  SELECT checked.id, ended_at IS NOT NULL AS ended, told.event
  FROM checked LEFT JOIN told ON told.session_id = checked.id
  UNION ALL SELECT NULL, true, event FROM told_nonces`,
}

/**
 * Checks at most `limit` sessions whose idle end may have come, and ends those that have been idle for too
 * long, with all their descendants. `checked` is the number of those that it has looked at.
 */
export async function endIdleSessionTrees(
  db: Queries,
  limit: number,
): Promise<{ ended: Ended; checked: number }> {
  const rows = await within(db)<EndedRow & { ended: boolean }>(check, [limit])
  const idle = endedOf(rows.filter(({ ended }) => ended))
  const { sids, events } = await endSessionTrees(db, idle.sids, 'idle')
  return {
    ended: { sids: [...idle.sids, ...sids], events: [...idle.events, ...events] },
    checked: rows.filter(({ id }) => id !== null).length,
  }
}
