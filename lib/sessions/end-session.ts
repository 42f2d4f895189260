import { endSessionTree } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { forgetSessions } from './session-cache.ts'

type Needs = Pick<Runtime, 'db' | 'sessions' | 'log'>

/** Ends a session and every hand-off that came of it; pending nonces die with it. Ending an ended one does nothing. */
export async function endSession(sid: string, needs: Needs): Promise<void> {
  noteEnded(await endSessionTree(needs.db, sid), needs)
}

/** What this process does when sessions have ended in the database. */
export function noteEnded(sids: string[], { sessions, log }: Pick<Needs, 'sessions' | 'log'>): void {
  forgetSessions(sessions, sids)
  if (sids.length > 0) log.info({ sids }, 'sessions ended')
}
