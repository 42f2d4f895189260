import { readSessionCookie, removeSessionCookie } from '#lib/callers/session-cookie.ts'
import { keepSignOutState } from '#lib/callers/sign-out-cookie.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { upstreamLogoutUrl } from '#lib/sessions/upstream-logout.ts'
import type { Answer, Call } from './endpoint.ts'

/**
 * `POST /sign-out/provider`: ends the session of the browser that sends this form, and redirects it to the
 * provider's own sign-out, or to `/sign-out` where the provider has none. The address with the ID token as
 * its hint is in a `Location` alone, never in a page. Throws the database's error with the session as it was.
 */
export async function signOutUpstream({ caller }: Call, runtime: Runtime): Promise<Answer> {
  const { config, db } = runtime
  const cookie = caller.header('cookie')
  const token = await readSessionCookie(cookie, config)
  const session = token && (await findLiveSession(db, token.sid))
  const state = randomToken()
  // Asked before the session ends: its token set, which has the hint, goes with it.
  const upstream = session && (await upstreamLogoutUrl(session, state, runtime))
  if (session) await endSession(session.id, runtime)

  // The button is offered to such sessions alone; the provider may have become unreachable since.
  const wasOffered = session?.kind === 'browser'
  const elsewhere = wasOffered ? '/sign-out?provider=unreachable' : '/sign-out'
  return {
    status: 303,
    headers: {
      location: upstream?.href ?? new URL(elsewhere, config.url).href,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'set-cookie': [
        ...removeSessionCookie(cookie, config),
        ...(upstream ? [keepSignOutState(state, config)] : []),
      ],
    },
  }
}
