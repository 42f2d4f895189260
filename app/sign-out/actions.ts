'use server'

import { signOut } from '#auth'

/** Ends the session of this browser and goes home. */
export async function endThisSession(): Promise<void> {
  await signOut({ redirectTo: '/' })
}
