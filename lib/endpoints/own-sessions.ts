import { authenticate } from '#lib/callers/authenticate.ts'
import { deviceOf } from '#lib/callers/device.ts'
import { endSessionCookie, readSessionCookie } from '#lib/callers/session-cookie.ts'
import { applicationName } from '#lib/config/application-name.ts'
import type { Config } from '#lib/config/load.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import {
  endOwnSession,
  endOwnSessions,
  type OwnSession,
  ownSessions,
  reachOf,
} from '#lib/sessions/own-sessions.ts'
import { type Answer, type Call, json } from './endpoint.ts'
import { seeOther } from './leave-for.ts'

const list = '/api/sessions'

/** `GET /api/sessions`: the caller's own sessions. Throws what `authenticate` throws. */
export async function listOwnSessions({ caller }: Call, runtime: Runtime): Promise<Answer> {
  const { session } = await authenticate(caller, runtime)
  const device = deviceOf(caller, runtime.trustedProxies)
  const sessions = await ownSessions(session, device, runtime)
  return json({ sessions: sessions.map((one) => onTheWire(one, runtime.config)) })
}

function onTheWire({ device, ...session }: OwnSession, config: Pick<Config, 'clients'>) {
  const { clientId, target } = session
  // What is `undefined` is left out.
  return {
    sid: session.id,
    parent: session.parentId ?? undefined,
    kind: session.kind,
    current: session.isCurrent,
    client_id: clientId ?? undefined,
    client_name: applicationName(clientId, config),
    target: target ?? undefined,
    target_name: applicationName(target, config),
    browser: device?.browser ?? null,
    system: device?.system ?? null,
    address: device?.address ?? null,
    same_network: session.network === 'same',
    created_at: session.createdAt.toISOString(),
    last_used_at: session.usedAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
  }
}

/**
 * `DELETE /api/sessions/{sid}`: ends one of the caller's own sessions, and what came of it. Throws
 * `not_found` for any other, and what `authenticate` throws.
 */
export async function deleteOwnSession(call: Call, runtime: Runtime): Promise<Answer> {
  const viewer = await requireViewer(call, runtime)
  const sid = call.url.pathname.slice(list.length + 1)
  if (!(await endOwnSession(viewer, sid, runtime)))
    throw new OAuthError('not_found', 'you have no such session')
  return { status: 204, headers: await afterEnding(call, viewer, runtime) }
}

/** `DELETE /api/sessions`: ends all sessions that the caller may end, its own included. */
export async function deleteOwnSessions(call: Call, runtime: Runtime): Promise<Answer> {
  // With a slash at its end it may be the address of one session whose id has got lost.
  if (call.url.pathname !== list) throw new OAuthError('not_found', 'you have no such session')
  const viewer = await requireViewer(call, runtime)
  await endOwnSessions(viewer, runtime)
  return { status: 204, headers: await afterEnding(call, viewer, runtime) }
}

// By the database: the copy of a cookie whose session another instance has just ended must not end others.
async function requireViewer({ caller }: Call, runtime: Runtime): Promise<LiveSession> {
  const { session } = await authenticate(caller, runtime)
  const viewer = await findLiveSession(runtime.db, session.id)
  if (!viewer) throw new OAuthError('invalid_token', 'the session has ended; sign in again')
  return viewer
}

async function afterEnding({ caller }: Call, { id }: LiveSession, { db, config }: Runtime) {
  const hasEnded = !(await findLiveSession(db, id))
  const cookies = hasEnded ? endSessionCookie(caller.header('cookie'), config) : []
  return { 'cache-control': 'no-store', ...(cookies.length > 0 && { 'set-cookie': cookies }) }
}

/**
 * `POST /sessions`: the same by the form of the page. `end` names a session, or `all`; one that has ended
 * meanwhile is no error. A browser that ends its own session has no cookie any more, and is told that it is
 * signed out. `withdraw` names an application that is to have no access any more.
 */
export async function endByForm({ caller, form }: Call, runtime: Runtime): Promise<Answer> {
  const { end = '', withdraw } = await form()
  const { config, db } = runtime
  const cookie = caller.header('cookie')
  const token = readSessionCookie(cookie, config)
  const viewer = token && (await findLiveSession(db, token.sid))
  if (!viewer) return seeOther('/sign-in?callbackUrl=/sessions', [])
  if (withdraw !== undefined) {
    await runtime.oidc.withdraw(withdraw, reachOf(viewer))
    return seeOther('/sessions', [])
  }
  if (end === 'all') await endOwnSessions(viewer, runtime)
  else await endOwnSession(viewer, end, runtime)
  if (await findLiveSession(db, viewer.id)) return seeOther('/sessions', [])
  return seeOther('/sign-out', endSessionCookie(cookie, config))
}

/** `GET /session`: where the page was before. */
export function moved({ url: { search } }: Call): Answer {
  return { status: 308, headers: { location: `/sessions${search}`, 'cache-control': 'no-store' } }
}
