import { setImmediate as others, setTimeout as sleep } from 'node:timers/promises'
import type { WhyEnded } from '#lib/db/audit-events.ts'
import type { Queries } from '#lib/db/database.ts'
import { endIdleSessionTrees } from '#lib/db/idle-sessions.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { type Ended, endSessionsOf, endSessionTree, endSessionTrees } from '#lib/db/sessions.ts'
import { endUnusedTokenSets } from '#lib/db/token-sets.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { Endings } from '#lib/tokens/endings.ts'
import { type RevokeNeeds, revokeUnused } from '#lib/tokens/revoke-token-sets.ts'
import type { OpenStreams } from './open-streams.ts'
import type { SessionCache } from './session-cache.ts'

/** Milliseconds that a sign-out waits for the provider; a slower revocation goes on in the background. */
const patience = 2_000
/** Sessions, without their descendants, that one transaction looks at because they may be idle. */
const idleAtOnce = 500
/** Endings that are told at once; calls go on between two such batches. */
const toldAtOnce = 1000
/** Ended sessions of one log line. */
const loggedAtOnce = 40

/** What ending a session needs. */
export type EndingNeeds = RevokeNeeds & { sessions: SessionCache; streams: OpenStreams; endings: Endings }

/**
 * Ends a session and all its hand-off descendants. Pending nonces become invalid. Token sets that no living
 * session uses are revoked at the provider, unless `revoke` is false. Ending an ended session does nothing.
 */
export async function endSession(
  sid: string,
  why: WhyEnded,
  needs: EndingNeeds,
  { revoke = true } = {},
): Promise<void> {
  await noteEnded(await whole(needs, revoke, (tx) => endSessionTree(tx, sid, why)), why, needs, { revoke })
}

/** The same for several sessions. Returns how many have ended, descendants counted. */
export async function endSessions(sids: string[], why: WhyEnded, needs: EndingNeeds): Promise<number> {
  if (sids.length === 0) return 0
  const ended = await whole(needs, true, (tx) => endSessionTrees(tx, sids, why))
  await noteEnded(ended, why, needs)
  return ended.sids.length
}

/** Ends all sessions of a person, in browsers, apps and hand-offs. Returns how many. */
export async function endAllSessions(userId: string, why: WhyEnded, needs: EndingNeeds): Promise<number> {
  const ended = await whole(needs, true, (tx) => endSessionsOf(tx, userId, why))
  await noteEnded(ended, why, needs)
  return ended.sids.length
}

/**
 * Ends all sessions that are idle for too long, with all their hand-off descendants, in batches. Yields how
 * many sessions each batch has ended. Safe to run on several instances at once: each session is ended by one
 * of them.
 */
export async function* endIdleSessions(needs: EndingNeeds): AsyncGenerator<number> {
  for (let checked = idleAtOnce; checked === idleAtOnce; ) {
    const ended = await whole(needs, true, async (tx) => {
      const idle = await endIdleSessionTrees(tx, idleAtOnce)
      checked = idle.checked
      return idle.ended
    })
    await noteEnded(ended, 'idle', needs)
    yield ended.sids.length
  }
}

// One transaction: otherwise a crash could leave ended sessions whose token sets are never revoked.
function whole({ db }: EndingNeeds, revoke: boolean, end: (tx: Queries) => Promise<Ended>): Promise<Ended> {
  const work = async (tx: Queries) => {
    const ended = await end(tx)
    await endUnusedTokenSets(tx, ended.sids, { revoke })
    return ended
  }
  return inTransaction(db, work)
}

/** Reacts to sessions that this process has ended in the database. Never rejects. */
export async function noteEnded(
  ended: Ended,
  why: WhyEnded,
  needs: EndingNeeds,
  { revoke = true } = {},
): Promise<void> {
  await tellEnded(ended, why, needs)
  await Promise.race([
    revokeUnused(ended.sids, needs, { revoke }),
    sleep(patience, undefined, { ref: false }),
  ])
}

/** Reacts to sessions that made way for another one, and to token sets that ended with them. */
export function noteReplaced(
  { ended, tokenSets }: { ended: Ended; tokenSets: string[] },
  needs: EndingNeeds,
): void {
  void tellEnded(ended, 'replaced', needs)
  needs.endings.emit('unused', tokenSets)
}

async function tellEnded({ sids, events }: Ended, why: WhyEnded, needs: EndingNeeds): Promise<void> {
  for (let start = 0; start < sids.length; start += toldAtOnce) {
    if (start > 0) await others()
    const told = sids.slice(start, start + toldAtOnce)
    forgetEnded(told, needs)
    for (let first = 0; first < told.length; first += loggedAtOnce)
      tell(needs.log, 'session.ended', { sids: told.slice(first, first + loggedAtOnce), why })
    needs.endings.emit('ended', told)
  }
  if (events.length > 0) needs.endings.emit('revoked', events)
}

/** Forgets ended sessions and breaks off their streams; every process does this, whichever ended them. */
export function forgetEnded(
  sids: string[],
  { sessions, streams }: Pick<EndingNeeds, 'sessions' | 'streams'>,
): void {
  sessions.forget(sids)
  streams.breakOff(sids)
}
