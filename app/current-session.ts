import { headers } from 'next/headers'
import { readSessionCookie } from '#lib/callers/session-cookie.ts'
import { runtime } from '#lib/runtime.ts'
import { continueSession } from '#lib/sessions/continue-session.ts'
import { type PageSession, pageSession } from '#lib/sessions/page-session.ts'

/** The session of the request that a page is rendered for. */
export async function currentSession(): Promise<PageSession | null> {
  const shared = runtime()
  const token = await readSessionCookie((await headers()).get('cookie'), shared.config)
  const session = token && (await continueSession(token, shared))
  if (!session) return null
  // It goes on with what it knows; a page stops once it cannot know whether the session lives.
  await shared.revocations.requireContact()
  return pageSession(session)
}
