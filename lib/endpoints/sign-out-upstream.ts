import { endSessionCookie, readSessionCookie } from '#lib/callers/session-cookie.ts'
import { keepSignOutState } from '#lib/callers/sign-out-cookie.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { upstreamLogoutUrl } from '#lib/sessions/upstream-logout.ts'
import type { Answer, Call } from './endpoint.ts'
import { leaveFor, seeOther } from './leave-for.ts'

/**
 * `POST /sign-out/provider`: ends the session of the browser that sends this form, and leads it to the
 * provider's own sign-out, or to `/sign-out` where the provider has none. The address with the ID token as
 * its hint is in a header alone, never in a page. Throws the database's error with the session as it was.
 */
export async function signOutUpstream(call: Call, runtime: Runtime): Promise<Answer> {
  const { caller } = call
  const { config, db } = runtime
  const cookie = caller.header('cookie')
  const token = readSessionCookie(cookie, config)
  const session = token && (await findLiveSession(db, token.sid))
  const state = randomToken()
  // Asked before the session ends: its token set, which has the hint, goes with it.
  const upstream = session && (await upstreamLogoutUrl(session, state, runtime))
  if (session) await endSession(session.id, 'signed_out', runtime)

  // The button is offered to such sessions alone; the provider may have become unreachable since.
  const wasOffered = session?.kind === 'browser'
  const elsewhere = wasOffered ? '/sign-out?provider=unreachable' : '/sign-out'
  const removals = endSessionCookie(cookie, config)
  const answer = upstream
    ? leaveFor(
        upstream.href,
        { cookies: [...removals, keepSignOutState(state, config)], isSecret: true },
        call,
        runtime,
      )
    : seeOther(new URL(elsewhere, config.url).href, removals)
  return { ...answer, headers: { ...answer.headers, 'referrer-policy': 'no-referrer' } }
}
