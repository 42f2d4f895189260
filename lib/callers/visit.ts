import type { Logger } from 'pino'
import type { Config } from '#lib/config/load.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { continueSession } from '#lib/sessions/continue-session.ts'
import { type LiveSessionNeeds, liveSession } from '#lib/sessions/live-session.ts'
import { type PageSession, pageSession } from '#lib/sessions/page-session.ts'
import type { AccessTokenCache } from '#lib/tokens/access-token-cache.ts'
import { openedCookie } from './opened-cookie.ts'

/** Who visits a page. */
export type Visit = {
  /** What the page may know of the session; `null` where nobody is signed in. */
  session: PageSession | null
  /** The session's row, where it can be had. */
  live: LiveSession | undefined
}

type VisitNeeds = LiveSessionNeeds & { config: Config; log: Logger; accessTokens: AccessTokenCache }

/**
 * Who visits a page, by the session of the cookie. During a short outage of the database the cookie's word
 * counts; throws `temporarily_unavailable` once this process cannot know whether the session lives.
 */
export async function visitBy(cookie: string | undefined, needs: VisitNeeds): Promise<Visit> {
  const token = openedCookie(cookie, needs)
  const known = token && (await continueSession(token, needs))
  if (!known) return { session: null, live: undefined }
  await needs.revocations.requireContact()
  const session = pageSession(known)
  const live = await Promise.try(liveSession, session.sid, needs).catch(() => undefined)
  return { session, live }
}
