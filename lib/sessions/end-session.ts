import { endSessionTree, replaceSession as replaceInDatabase } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { forgetSessions } from './session-cache.ts'

type Needs = Pick<Runtime, 'db' | 'sessions' | 'log'>

/** Ends a session and every hand-off that came of it; pending nonces die with it. Ending an ended one does nothing. */
export async function endSession(sid: string, needs: Needs): Promise<void> {
  noteEnded(await endSessionTree(needs.db, sid), needs)
}

/** Ends the session that stood where `successor` takes over; alone when the successor came of it. */
export async function replaceSession(sid: string, successor: string, needs: Needs): Promise<void> {
  noteEnded(await replaceInDatabase(needs.db, sid, successor), needs)
}

function noteEnded(sids: string[], { sessions, log }: Needs): void {
  forgetSessions(sessions, sids)
  if (sids.length > 0) log.info({ sids }, 'sessions ended')
}
