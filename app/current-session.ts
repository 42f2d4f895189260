import { headers } from 'next/headers'
import { readSessionCookie } from '#lib/callers/session-cookie.ts'
import { withoutRepeated } from '#lib/http/cookie.ts'
import { runtime } from '#lib/runtime.ts'
import { continueSession } from '#lib/sessions/continue-session.ts'
import { type PageSession, pageSession } from '#lib/sessions/page-session.ts'

/**
 * The cookies of the request that a page is rendered for. Where Next is the entry, nobody has checked them.
 */
export async function requestCookie(): Promise<string | undefined> {
  const cookie = (await headers()).get('cookie')
  return cookie === null ? undefined : withoutRepeated(cookie)
}

/** The session of the request that a page is rendered for. */
export async function currentSession(): Promise<PageSession | null> {
  const shared = runtime()
  const token = await readSessionCookie(await requestCookie(), shared.config)
  const session = token && (await continueSession(token, shared))
  if (!session) return null
  // It goes on with what it knows; a page stops once it cannot know whether the session lives.
  await shared.revocations.requireContact()
  return pageSession(session)
}
