'use server'

import { currentSession, signOut } from '#auth'
import { runtime } from '#lib/runtime.ts'
import { endAllSessions, endSession } from '#lib/sessions/end-session.ts'

/**
 * Ends the session of this browser and goes home. Fails, with the cookie kept, when the session cannot be
 * ended now.
 */
export async function endThisSession(): Promise<void> {
  const session = await currentSession()
  if (session) await endSession(session.sid, runtime())
  await signOut({ redirectTo: '/' })
}

/**
 * Ends every session of this person, in whatever browser or app, and goes home. Fails as `endThisSession`
 * does.
 */
export async function endEverySession(): Promise<void> {
  const session = await currentSession()
  if (session) await endAllSessions(session.user.id, runtime())
  await signOut({ redirectTo: '/' })
}
