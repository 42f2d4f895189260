import { endSessionTree } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { forgetSessions } from './session-cache.ts'

type Needs = Pick<Runtime, 'db' | 'sessions' | 'log' | 'endings'>

/** Ends a session and every hand-off that came of it; pending nonces die with it. Ending an ended one does nothing. */
export async function endSession(sid: string, needs: Needs): Promise<void> {
  noteEnded(await endSessionTree(needs.db, sid), needs)
}

/** What this process does when sessions have ended in the database. */
export function noteEnded(
  sids: string[],
  { sessions, log, endings }: Pick<Needs, 'sessions' | 'log' | 'endings'>,
): void {
  forgetSessions(sessions, sids)
  if (sids.length === 0) return
  log.info({ sids }, 'sessions ended')
  endings.emit('ended', sids)
}
