import type { Config } from '#lib/config/load.ts'
import { touchLiveSession } from '#lib/db/idle-sessions.ts'
import type { Database } from '#lib/db/open.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'

/** What recording the use of a session needs. */
export type TouchNeeds = { db: Database; config: Pick<Config, 'sessions'> }

/**
 * Seconds for which one recorded use stands for all others; an idle session ends earlier by at most as much.
 */
export function recordedFor({ sessions: { idleTime = 0 } }: Pick<Config, 'sessions'>): number {
  return Math.min(60, idleTime / 10)
}

/**
 * The session with this `sid` while it is alive, read from the database. The read is a use of it: it moves
 * the idle end, unless another use within `slack` seconds has.
 */
export async function touchSession(
  sid: string,
  { db, config }: TouchNeeds,
  { slack = recordedFor(config) } = {},
): Promise<LiveSession | undefined> {
  const { idleTime } = config.sessions
  if (idleTime !== undefined) return touchLiveSession(db, sid, { idleTime, slack })
  const session = await findLiveSession(db, sid)
  // It began under a configuration with an idle time.
  return session?.idleUntil && session.kind !== 'app'
    ? touchLiveSession(db, sid, { idleTime: null, slack })
    : session
}
