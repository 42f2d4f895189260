import { randomToken } from '#lib/crypto/random-token.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { upstreamLogoutUrl } from '#lib/sessions/upstream-logout.ts'
import { callerOf } from './caller.ts'
import { requireSameOrigin } from './same-origin.ts'
import { readSessionCookie, removeSessionCookie } from './session-cookie.ts'
import { keepSignOutState } from './sign-out-cookie.ts'

// Whoever pressed that button was offered it; the provider may have gone since.
function offered(session: LiveSession | undefined): boolean {
  return session?.kind === 'browser'
}

/**
 * Ends the session of the browser that sends this form, and redirects it to the provider's own sign-out, or to `/sign-out` where there is
 * none. The address with the ID token as its hint goes into a `Location` alone, never into a page. Throws `csrf`, and the database's error
 * with the session as it was.
 */
export async function signOutUpstream(request: Request, runtime: Runtime): Promise<Response> {
  const { config, db } = runtime
  requireSameOrigin(callerOf(request), config.url, { navigable: true })
  const cookie = request.headers.get('cookie')
  const token = await readSessionCookie(cookie, config)
  const session = token && (await findLiveSession(db, token.sid))
  const state = randomToken()
  // Before it ends: what the hint is taken from goes with it.
  const upstream = session && (await upstreamLogoutUrl(session, state, runtime))
  if (session) await endSession(session.id, runtime)

  const headers = new Headers({
    location:
      upstream?.href ??
      new URL(offered(session) ? '/sign-out?provider=unreachable' : '/sign-out', config.url).href,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  for (const removal of removeSessionCookie(cookie, config)) headers.append('set-cookie', removal)
  if (upstream) headers.append('set-cookie', keepSignOutState(state, config))
  return new Response(null, { status: 303, headers })
}
