import { bearerToken, sessionOfBearer } from '#lib/callers/authenticate.ts'
import { callerOf } from '#lib/callers/caller.ts'
import { readSessionCookie, sessionCookieDigest, sessionCookieName } from '#lib/callers/session-cookie.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { pageSessionOf } from '#lib/sessions/page-session.ts'
import { isWebNonce } from '#lib/sessions/web-nonce.ts'

const allow = ['GET', 'HEAD', 'POST']

/**
 * `/api/auth/*`: what Auth.js answers, as Baton gives it. Its refusals are Baton's JSON, and a sign-out ends
 * the session record before its cookie is removed. With an app's web nonce as bearer `/session` describes
 * that session. Throws `method_not_allowed`, `invalid_request`, `server_error`, `invalid_token`, the
 * database's error when the session cannot be ended now, and `temporarily_unavailable` when it cannot be
 * known whether the session lives.
 */
export async function auth(
  request: Request,
  runtime: Runtime,
  inner: () => Promise<Response>,
): Promise<Response> {
  if (!allow.includes(request.method))
    throw new OAuthError('method_not_allowed', `use ${allow.join(' or ')}`, { allow })
  const cookie = request.headers.get('cookie')
  const { pathname } = new URL(request.url)
  // The session callback must not throw, or Auth.js removes the cookie: it goes on with what it knows, this
  // does not.
  if (request.method === 'GET' && /\/session\/?$/.test(pathname)) {
    const webNonce = bearerToken(callerOf(request))
    // Any other bearer token is ignored here.
    if (webNonce !== undefined && isWebNonce(webNonce)) return sessionOfApp(webNonce, runtime)
    if (sessionCookieDigest(cookie, runtime.config)) await runtime.revocations.requireContact()
  }
  const response = await inner()
  if (response.status >= 500) throw new OAuthError('server_error', 'something went wrong here')
  if (response.status >= 400)
    throw new OAuthError(
      'invalid_request',
      'there is no such step of signing in or out, or it cannot be taken this way',
    )

  // Auth.js swallows what its events throw. A sign-out that only removed the cookie would leave every copy of
  // it good.
  if (request.method === 'POST' && /\/signout\/?$/.test(pathname) && removesSession(response, runtime)) {
    const session = await readSessionCookie(cookie, runtime.config)
    if (session) await endSession(session.sid, runtime)
  }
  return response
}

// An app's web nonce outranks a cookie here as everywhere.
async function sessionOfApp(webNonce: string, runtime: Runtime): Promise<Response> {
  const session = pageSessionOf(await sessionOfBearer(webNonce, runtime))
  return Response.json(session, { headers: { 'cache-control': 'private, no-store' } })
}

function removesSession(response: Response, { config }: Runtime): boolean {
  const name = sessionCookieName(config)
  const removal = new RegExp(`^${RegExp.escape(name)}(\\.\\d+)?=;`)
  return response.headers.getSetCookie().some((cookie) => removal.test(cookie))
}
