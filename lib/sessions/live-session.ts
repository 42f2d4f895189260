import { endOf } from '#lib/db/alive.ts'
import type { Database } from '#lib/db/open.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import { isDatabaseUnreachable } from '#lib/db/unreachable.ts'
import type { RevocationFeed } from './revocation-feed.ts'
import type { Held, SessionCache } from './session-cache.ts'

/** Milliseconds after which a row is read again. Until then the feed reports sessions that end. */
const readEvery = 60_000

export type LiveSessionNeeds = { db: Database; sessions: SessionCache; revocations: RevocationFeed }

/**
 * The session with this `sid` while it is alive. Its row is read at most once a minute, and dropped when the
 * feed reports its end. During a database outage, held rows serve for as long as the feed allows. Throws
 * `temporarily_unavailable` after that, and the database's error for a row that this process does not hold.
 */
export async function liveSession(
  sid: string,
  { db, sessions, revocations }: LiveSessionNeeds,
): Promise<LiveSession | undefined> {
  await revocations.requireContact()
  const held = sessions.held(sid)
  if (held && (isFresh(held) || revocations.isAway)) return alive(held.session)
  try {
    return alive(await sessions.read(sid, () => findLiveSession(db, sid)))
  } catch (error) {
    if (held && isDatabaseUnreachable(error)) return alive(held.session)
    throw error
  }
}

// A negative age means that the clock was set back. An app that seems idle here may be active at another
// instance.
function isFresh({ readAt, session }: Held): boolean {
  const age = Date.now() - readAt
  const seemsOver = session !== undefined && endOf(session) <= Date.now()
  return age >= 0 && age < readEvery && !seemsOver
}

function alive(session: LiveSession | undefined): LiveSession | undefined {
  return session && session.expiresAt.getTime() > Date.now() ? session : undefined
}
