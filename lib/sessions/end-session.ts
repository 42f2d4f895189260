import { setTimeout as sleep } from 'node:timers/promises'
import { inTransaction } from '#lib/db/in-transaction.ts'
import type { Queries } from '#lib/db/open.ts'
import { endSessionsOf, endSessionTree } from '#lib/db/sessions.ts'
import { endUnusedTokenSets } from '#lib/db/token-sets.ts'
import type { Endings } from '#lib/tokens/endings.ts'
import { type RevokeNeeds, revokeUnused } from '#lib/tokens/revoke-token-sets.ts'
import type { OpenStreams } from './open-streams.ts'
import type { SessionCache } from './session-cache.ts'

/** Milliseconds that a sign-out waits for the provider; a slower revocation goes on in the background. */
const patience = 2_000

/** What it takes to end a session. */
export type EndingNeeds = RevokeNeeds & { sessions: SessionCache; streams: OpenStreams; endings: Endings }

/**
 * Ends a session and all its hand-off descendants; pending nonces die with it, and its tokens are revoked
 * upstream when no session is left that uses them, unless `revoke` is false. Ending an ended session does
 * nothing.
 */
export async function endSession(sid: string, needs: EndingNeeds, { revoke = true } = {}): Promise<void> {
  await noteEnded(await whole(needs, revoke, (tx) => endSessionTree(tx, sid)), needs, { revoke })
}

/** Signs a person out everywhere: ends all their sessions, in browsers, apps and hand-offs. */
export async function endAllSessions(userId: string, needs: EndingNeeds): Promise<void> {
  await noteEnded(await whole(needs, true, (tx) => endSessionsOf(tx, userId)), needs)
}

// All or nothing: the sessions that ended must be noted, and their token sets not be mistaken for remains of
// a crash.
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

/** What this process does when sessions have ended in the database. Never rejects. */
export async function noteEnded(sids: string[], needs: EndingNeeds, { revoke = true } = {}): Promise<void> {
  if (sids.length === 0) return
  forgetEnded(sids, needs)
  needs.log.info({ sids }, 'sessions ended')
  needs.endings.emit('ended', sids)
  await Promise.race([revokeUnused(sids, needs, { revoke }), sleep(patience, undefined, { ref: false })])
}

/** What every process does when it learns that sessions have ended, wherever that was. */
export function forgetEnded(
  sids: string[],
  { sessions, streams }: Pick<EndingNeeds, 'sessions' | 'streams'>,
): void {
  sessions.forget(sids)
  streams.breakOff(sids)
}
