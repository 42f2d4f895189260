import { readSessionCookie, removeSessionCookie } from '#lib/callers/session-cookie.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endAllSessions, endSession } from '#lib/sessions/end-session.ts'
import type { Answer, Call } from './endpoint.ts'

/**
 * `POST /sign-out`: ends the session of the browser that sends this form (with `everywhere=1`, every session
 * of its person), removes the cookie and redirects home. Throws the database's error, with cookie and session
 * as they were.
 */
export async function signOut({ caller, form }: Call, runtime: Runtime): Promise<Answer> {
  const { config, db } = runtime
  const { everywhere } = await form()
  const cookie = caller.header('cookie')
  const token = await readSessionCookie(cookie, config)
  // The copy of a cookie whose session has ended must not end the others.
  const session = token && (await findLiveSession(db, token.sid))
  if (session && everywhere === '1') await endAllSessions(session.user.id, runtime)
  else if (session) await endSession(session.id, runtime)
  return {
    status: 303,
    headers: {
      location: '/',
      'cache-control': 'no-store',
      'set-cookie': removeSessionCookie(cookie, config),
    },
  }
}
