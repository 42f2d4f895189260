import type { AsyncLocalStorage } from 'node:async_hooks'
import { activityView, sessionsView } from '#lib/audit/own-views.ts'
import { deviceOf } from '#lib/callers/device.ts'
import { visitBy } from '#lib/callers/visit.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import type { Runtime, SessionsPage } from '#lib/runtime.ts'
import type { Device } from '#lib/sessions/device.ts'
import { reachOf } from '#lib/sessions/own-sessions.ts'
import type { Exchange } from './endpoint.ts'

/** `GET /sessions`. Throws `temporarily_unavailable`, and the database's error. */
export const showSessions = ownPage(
  ({ sessionsView }) => sessionsView,
  (viewer, device, { runtime }) => findSessionsPage(viewer, device, runtime),
)

/** What `/sessions` shows to a session, from a browser at `device`. */
export async function findSessionsPage(
  viewer: LiveSession,
  device: Device,
  runtime: Runtime,
): Promise<SessionsPage> {
  const view = await sessionsView(viewer, device, runtime)
  return { ...view, applications: await runtime.oidc.connectedApplications(reachOf(viewer)) }
}

/** `GET /activity`. Throws the same. */
export const showActivity = ownPage(
  ({ activityView }) => activityView,
  (viewer, device, { runtime, search }) =>
    activityView(viewer, device, new URLSearchParams(search).get('before') ?? undefined, runtime),
)

/**
 * A page of what somebody has who is signed in. The endpoint finds that out, because a page that fails while
 * it is rendered has no status of its own. Whom it finds nothing for, the page leads to sign-in.
 */
function ownPage<View>(
  storeOf: (runtime: Runtime) => AsyncLocalStorage<View>,
  find: (viewer: LiveSession, device: Device, exchange: Exchange) => Promise<View>,
): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const { caller, runtime, render } = exchange
    const { session } = await visitBy(caller.header('cookie'), runtime)
    const live = session ? await findLiveSession(runtime.db, session.sid) : undefined
    const show = () => runtime.visit.run({ session: live ? session : null, live }, () => render())
    if (!live) return show()
    const view = await find(live, deviceOf(caller, runtime.trustedProxies), exchange)
    return storeOf(runtime).run(view, show)
  }
}
