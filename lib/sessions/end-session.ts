import { setTimeout as sleep } from 'node:timers/promises'
import { endIdleSessionTrees } from '#lib/db/idle-sessions.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import type { Queries } from '#lib/db/open.ts'
import { endSessionsOf, endSessionTree, endSessionTrees } from '#lib/db/sessions.ts'
import { endUnusedTokenSets } from '#lib/db/token-sets.ts'
import type { Endings } from '#lib/tokens/endings.ts'
import { type RevokeNeeds, revokeUnused } from '#lib/tokens/revoke-token-sets.ts'
import type { OpenStreams } from './open-streams.ts'
import type { SessionCache } from './session-cache.ts'

/** Milliseconds that a sign-out waits for the provider; a slower revocation goes on in the background. */
const patience = 2_000
/** Sessions, without their descendants, that one transaction ends because they are idle. */
const idleAtOnce = 100

/** What ending a session needs. */
export type EndingNeeds = RevokeNeeds & { sessions: SessionCache; streams: OpenStreams; endings: Endings }

/**
 * Ends a session and all its hand-off descendants. Pending nonces become invalid. Token sets that no living
 * session uses are revoked at the provider, unless `revoke` is false. Ending an ended session does nothing.
 */
export async function endSession(sid: string, needs: EndingNeeds, { revoke = true } = {}): Promise<void> {
  await noteEnded(await whole(needs, revoke, (tx) => endSessionTree(tx, sid)), needs, { revoke })
}

/** The same for several sessions. */
export async function endSessions(sids: string[], needs: EndingNeeds): Promise<void> {
  if (sids.length > 0) await noteEnded(await whole(needs, true, (tx) => endSessionTrees(tx, sids)), needs)
}

/** Signs a person out everywhere: ends all their sessions, in browsers, apps and hand-offs. */
export async function endAllSessions(userId: string, needs: EndingNeeds): Promise<void> {
  await noteEnded(await whole(needs, true, (tx) => endSessionsOf(tx, userId)), needs)
}

/**
 * Ends all sessions of browsers that are idle for too long, with all their hand-off descendants. Safe to run
 * on several instances at once: each session is ended by one of them.
 */
export async function endIdleSessions(needs: EndingNeeds): Promise<void> {
  for (;;) {
    const ended = await whole(needs, true, (tx) => endIdleSessionTrees(tx, idleAtOnce))
    if (ended.length === 0) return
    await noteEnded(ended, needs)
  }
}

// One transaction: otherwise a crash could leave ended sessions whose token sets are never revoked.
function whole(
  { db }: EndingNeeds,
  revoke: boolean,
  end: (tx: Queries) => Promise<string[]>,
): Promise<string[]> {
  const work = async (tx: Queries) => {
    const sids = await end(tx)
    await endUnusedTokenSets(tx, sids, { revoke })
    return sids
  }
  return inTransaction(db, work)
}

/** Reacts to sessions that this process has ended in the database. Never rejects. */
export async function noteEnded(sids: string[], needs: EndingNeeds, { revoke = true } = {}): Promise<void> {
  if (sids.length === 0) return
  forgetEnded(sids, needs)
  needs.log.info({ sids }, 'sessions ended')
  needs.endings.emit('ended', sids)
  await Promise.race([revokeUnused(sids, needs, { revoke }), sleep(patience, undefined, { ref: false })])
}

/** Forgets ended sessions and breaks off their streams; every process does this, whichever ended them. */
export function forgetEnded(
  sids: string[],
  { sessions, streams }: Pick<EndingNeeds, 'sessions' | 'streams'>,
): void {
  sessions.forget(sids)
  streams.breakOff(sids)
}
