import { someSessions, spendNoncesOf } from '#lib/db/session-list.ts'
import { type EndingNeeds, endAllSessions, endSessions } from './end-session.ts'

/** Sessions, without their descendants, that one transaction ends. */
const atOnce = 500

/** Whose sessions an operator ends: everybody's, for neither. */
export type Whose = { person: string } | { sid: string } | { client: string | null }

/**
 * Ends sessions as the operator says, with everything that came from them, and spends the open nonces that
 * could start others. Returns how many have ended.
 */
export async function endByOperator(whose: Whose, needs: EndingNeeds): Promise<number> {
  if ('person' in whose) return endAllSessions(whose.person, 'operator', needs)
  if ('sid' in whose) return endSessions([whose.sid], 'operator', needs)
  const events = await spendNoncesOf(needs.db, whose.client)
  if (events.length > 0) needs.endings.emit('revoked', events)
  for (let count = 0; ; ) {
    // A session that began meanwhile, by a nonce that was spent before, is in the next round.
    const sids = await someSessions(needs.db, whose.client, atOnce)
    if (sids.length === 0) return count
    count += await endSessions(sids, 'operator', needs)
  }
}
