import { endOf } from '#lib/db/alive.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import type { MaybeLater } from '#lib/later/later.ts'
import { since } from '#lib/oauth/moment.ts'
import type { RevocationFeed } from './revocation-feed.ts'
import type { Held, SessionCache } from './session-cache.ts'
import { recordedFor, type TouchNeeds, touchSession } from './touch-session.ts'

/** Milliseconds after which a row is read again. Until then the feed reports sessions that end. */
const readEvery = 60_000

export type LiveSessionNeeds = TouchNeeds & { sessions: SessionCache; revocations: RevocationFeed }

/**
 * The session with this `sid` while it is alive, at once where its row serves; to ask is a use of it, unless
 * `isUse` is false. Its row is read once a minute, where it has an idle time once in `recordedFor` seconds,
 * and dropped when the feed reports its end. During a database outage, held rows serve for as long as the
 * feed allows. Throws `temporarily_unavailable` after that, and the database's error for a row that this
 * process does not hold.
 */
export function liveSession(
  sid: string,
  needs: LiveSessionNeeds,
  { isUse = true } = {},
): MaybeLater<LiveSession | undefined> {
  const { config, sessions, revocations } = needs
  const held = revocations.isRecent ? sessions.held(sid) : undefined
  return held && serves(held, config, isUse) ? alive(held.session) : readSession(sid, needs, isUse)
}

async function readSession(
  sid: string,
  needs: LiveSessionNeeds,
  isUse: boolean,
): Promise<LiveSession | undefined> {
  const { db, config, sessions, revocations } = needs
  await revocations.requireContact()
  const held = sessions.held(sid)
  if (held && (serves(held, config, isUse) || revocations.isAway)) return alive(held.session)
  const find = () => (isUse ? touchSession(sid, needs, { slack: 0 }) : findLiveSession(db, sid))
  try {
    return alive(await sessions.read(sid, find, { isUse }))
  } catch (error) {
    if (held && isDatabaseAway(error)) return alive(held.session)
    throw error
  }
}

function serves(held: Held, config: LiveSessionNeeds['config'], isUse: boolean): boolean {
  return isFresh(held) && !(isUse && isUseDue(held, config))
}

// A session that seems idle here may be in use at another instance.
function isFresh({ readAt, session }: Held): boolean {
  const seemsOver = session !== undefined && endOf(session) <= Date.now()
  return since(readAt) < readEvery && !seemsOver
}

// The web nonce of an app's session records its uses by itself.
function isUseDue({ session, usedAt }: Held, config: LiveSessionNeeds['config']): boolean {
  if (!session || session.kind === 'app') return false
  if (config.sessions.idleTime === undefined && session.idleWith === null) return false
  return usedAt === undefined || since(usedAt) >= recordedFor(config, session) * 1000
}

function alive(session: LiveSession | undefined): LiveSession | undefined {
  return session && session.expiresAt.getTime() > Date.now() ? session : undefined
}
