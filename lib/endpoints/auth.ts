import { bearerToken, sessionOfBearer } from '#lib/callers/authenticate.ts'
import { callerOf } from '#lib/callers/caller.ts'
import { readSessionCookie, sessionCookieDigest, sessionCookieName } from '#lib/callers/session-cookie.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { pageSessionOf } from '#lib/sessions/page-session.ts'
import { isWebNonce } from '#lib/sessions/web-nonce.ts'

/**
 * `/api/auth/*`: the answer of Auth.js, with its refusals as Baton's JSON. Throws `invalid_request` and
 * `server_error`.
 */
export async function auth(_: Request, __: Runtime, inner: () => Promise<Response>): Promise<Response> {
  const response = await inner()
  if (response.status >= 500) throw new OAuthError('server_error', 'something went wrong here')
  if (response.status >= 400)
    throw new OAuthError('invalid_request', 'unknown sign-in step, or wrong method for it')
  return response
}

/**
 * `GET /api/auth/session`: who is signed in, by the cookie or by an app's web nonce as bearer, which outranks
 * it. Throws `invalid_token`, and `temporarily_unavailable` when it cannot be known whether the session
 * lives.
 */
export async function authSession(
  request: Request,
  runtime: Runtime,
  inner: () => Promise<Response>,
): Promise<Response> {
  const webNonce = bearerToken(callerOf(request))
  // Any other bearer token is ignored here.
  if (webNonce !== undefined && isWebNonce(webNonce)) return sessionOfApp(webNonce, runtime)
  // The session callback must not throw, or Auth.js removes the cookie: it goes on with what it knows. This
  // does not.
  if (sessionCookieDigest(request.headers.get('cookie'), runtime.config))
    await runtime.revocations.requireContact()
  return auth(request, runtime, inner)
}

/**
 * `POST /api/auth/signout`: ends the session record before its cookie is removed. Throws the database's error
 * when the session cannot be ended now.
 */
export async function authSignOut(
  request: Request,
  runtime: Runtime,
  inner: () => Promise<Response>,
): Promise<Response> {
  const response = await auth(request, runtime, inner)
  // Auth.js swallows what its events throw, and a sign-out without an ended record leaves each copy of the
  // cookie good.
  if (removesSession(response, runtime)) {
    const session = await readSessionCookie(request.headers.get('cookie'), runtime.config)
    if (session) await endSession(session.sid, runtime)
  }
  return response
}

async function sessionOfApp(webNonce: string, runtime: Runtime): Promise<Response> {
  const session = pageSessionOf(await sessionOfBearer(webNonce, runtime))
  return Response.json(session, { headers: { 'cache-control': 'private, no-store' } })
}

function removesSession(response: Response, { config }: Runtime): boolean {
  const name = sessionCookieName(config)
  const removal = new RegExp(`^${RegExp.escape(name)}(\\.\\d+)?=;`)
  return response.headers.getSetCookie().some((cookie) => removal.test(cookie))
}
