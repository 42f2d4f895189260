import { isAlive, notEnded } from './alive.ts'
import type { Database, Queries } from './open.ts'
import type { Statement } from './prepared.ts'
import { endSessionTrees, type LiveRow, type LiveSession, liveSessionOf, selectLive } from './sessions.ts'

// A web nonce has an idle time of its own (see `web-nonces.ts`), and a hand-off from an app has its app's.
const hasOwnIdleTime = `kind <> 'app' AND idle_with IS NULL`

const touch: Statement = {
  name: 'touch live session',
  text: `
    WITH touched AS (
      UPDATE sessions SET idle_until = now() + make_interval(secs => $2::float)
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

// Instances that sweep at the same time skip each other's rows. The idle end has no index: with one, each
// recorded use would write to every index of the table.
const endIdle = `
  UPDATE sessions SET ended_at = now()
  WHERE id IN (SELECT id FROM sessions
               WHERE ${notEnded('sessions')} AND idle_until <= now()
               LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING id`

/**
 * Ends at most `limit` sessions that have been idle for too long, and all their descendants.
 * Returns the ids of the sessions that ended now.
 */
export async function endIdleSessionTrees(db: Queries, limit: number): Promise<string[]> {
  const idle = (await db.$queryRawUnsafe<{ id: string }[]>(endIdle, limit)).map(({ id }) => id)
  return [...idle, ...(await endSessionTrees(db, idle))]
}
