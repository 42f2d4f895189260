import { endSessionTree } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'

/** Ends a session and every hand-off that came of it; pending nonces die with it. Ending an ended one does nothing. */
export async function endSession(sid: string, { db, log }: Pick<Runtime, 'db' | 'log'>): Promise<void> {
  const ended = await endSessionTree(db, sid)
  if (ended > 0) log.info({ sid, ended }, 'session ended')
}
