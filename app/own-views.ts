import { headers } from 'next/headers'
import { type ActivityView, activityView } from '#lib/audit/own-views.ts'
import { deviceOf } from '#lib/callers/device.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { findSessionsPage } from '#lib/endpoints/own-pages.ts'
import { runtime, type SessionsPage } from '#lib/runtime.ts'
import type { Device } from '#lib/sessions/device.ts'
import { type OwnSession, ownSessions } from '#lib/sessions/own-sessions.ts'
import { currentVisit } from './current-session.ts'

/**
 * What `/sessions` shows; `undefined` where nobody is signed in. Its endpoint has found that out where
 * `server.ts` is the entry.
 */
export async function currentSessionsView(): Promise<SessionsPage | undefined> {
  const shared = runtime()
  const found = shared.sessionsView.getStore()
  if (found) return found
  const { live } = await currentVisit()
  return live && findSessionsPage(live, await requestDevice(), shared)
}

/** The same of `/activity`, for the page of the timeline that begins after the hand-off `before`. */
export async function currentActivityView(before: string | undefined): Promise<ActivityView | undefined> {
  const shared = runtime()
  const found = shared.activityView.getStore()
  if (found) return found
  const { live } = await currentVisit()
  return live && activityView(live, await requestDevice(), before, shared)
}

/**
 * The sessions that the person of this one may see, the last used first; `undefined` while that cannot be
 * had, as the home page shows the rest without it.
 */
export async function currentSessions(live: LiveSession): Promise<OwnSession[] | undefined> {
  const shared = runtime()
  const found = shared.sessionsView.getStore()
  if (found) return found.sessions
  return ownSessions(live, await requestDevice(), shared).catch(() => undefined)
}

// Next does not tell who the peer is.
async function requestDevice(): Promise<Device> {
  const sent = await headers()
  return deviceOf({ header: (name) => sent.get(name) ?? undefined }, runtime().trustedProxies)
}
