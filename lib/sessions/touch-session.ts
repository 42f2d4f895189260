import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import { touchLiveSession } from '#lib/db/idle-sessions.ts'
import { findLiveSession, type LiveSession, recordSessionUse } from '#lib/db/sessions.ts'
import { touchAppSession } from '#lib/db/web-nonces.ts'

/** Milliseconds by which the time of the last use, as people see it, may be late. */
const useIsKnownFor = 5 * 60_000

/** What recording the use of a session needs. */
export type TouchNeeds = { db: Database; config: Pick<Config, 'sessions' | 'webNonces'> }

type IdleTimes = Pick<Config, 'sessions' | 'webNonces'>

/**
 * Seconds for which one recorded use stands for all others; an idle session ends earlier by at most as much.
 * `idleWith` is set for a hand-off whose app's idle time counts.
 */
export function recordedFor(
  { sessions, webNonces }: IdleTimes,
  { idleWith }: Pick<LiveSession, 'idleWith'> = { idleWith: null },
): number {
  // Whether the app's web nonce is bound to a key is for the database to know: the shorter one is right.
  const ofApps = Math.min(webNonces.idleTime, webNonces.bound.idleTime)
  const idleTime = idleWith === null ? (sessions.idleTime ?? 0) : ofApps
  return Math.min(60, idleTime / 10)
}

/**
 * The session with this `sid` while it is alive, read from the database. The read is a use of it: it moves
 * the idle end, unless another use within `slack` seconds has. A hand-off from an app moves the app's.
 */
export async function touchSession(
  sid: string,
  { db, config }: TouchNeeds,
  { slack = recordedFor(config) } = {},
): Promise<LiveSession | undefined> {
  const { idleTime } = config.sessions
  const session = await (idleTime === undefined
    ? findLiveSession(db, sid)
    : touchLiveSession(db, sid, { idleTime, slack }))
  if (session && session.usedAt.getTime() < Date.now() - useIsKnownFor)
    // It is shown to people; a database that takes no writes now must not end a read.
    await recordSessionUse(db, sid).catch(() => {})
  if (session?.idleWith) {
    const idleUntil = await touchAppSession(db, session.idleWith, config.webNonces)
    return idleUntil ? { ...session, idleUntil } : session
  }
  // It began under a configuration with an idle time.
  return idleTime === undefined && session?.idleUntil && session.kind !== 'app'
    ? touchLiveSession(db, sid, { idleTime: null, slack })
    : session
}
