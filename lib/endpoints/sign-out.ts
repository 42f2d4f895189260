import { endSessionCookie, readSessionCookie } from '#lib/callers/session-cookie.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endAllSessions, endSession } from '#lib/sessions/end-session.ts'
import type { Answer, Call } from './endpoint.ts'

/**
 * `POST /sign-out`: ends the session of the browser that sends this form (with `everywhere=1`, every session
 * of its person, unless it began by a hand-off), removes the cookie and leads to the page that says so.
 * Throws the database's error, with cookie and session as they were.
 */
export async function signOut({ caller, form }: Call, runtime: Runtime): Promise<Answer> {
  const { config, db } = runtime
  const { everywhere } = await form()
  const cookie = caller.header('cookie')
  const token = readSessionCookie(cookie, config)
  // The copy of a cookie whose session has ended must not end the others.
  const session = token && (await findLiveSession(db, token.sid))
  // A hand-off ends itself and what came from it: it may be in hands that are not to end all the rest.
  if (session && everywhere === '1' && session.kind !== 'handoff')
    await endAllSessions(session.user.id, 'signed_out_everywhere', runtime)
  else if (session) await endSession(session.id, 'signed_out', runtime)
  return {
    status: 303,
    headers: {
      location: '/sign-out',
      'cache-control': 'no-store',
      'set-cookie': endSessionCookie(cookie, config),
    },
  }
}
