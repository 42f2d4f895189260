'use server'

import { currentSession, signOut } from '#auth'
import { runtime } from '#lib/runtime.ts'
import { endSession } from '#lib/sessions/end-session.ts'

/** Ends the session of this browser and goes home. Fails, with the cookie kept, when the session cannot be ended now. */
export async function endThisSession(): Promise<void> {
  const session = await currentSession()
  if (session) await endSession(session.sid, runtime())
  await signOut({ redirectTo: '/' })
}
