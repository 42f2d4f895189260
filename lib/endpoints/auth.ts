import { authJs } from '#auth'
import { appToken } from '#lib/callers/app-token.ts'
import { sessionOfApp } from '#lib/callers/authenticate.ts'
import { readSessionCookie, sessionCookieDigest, sessionCookieName } from '#lib/callers/session-cookie.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { pageSessionOf } from '#lib/sessions/page-session.ts'
import { isWebNonce } from '#lib/sessions/web-nonce.ts'
import { type Answer, type Call, json } from './endpoint.ts'
import { answerOf, authRequest, redirectTo } from './sign-in/auth-request.ts'
import { beginSignIn } from './sign-in/begin.ts'
import { problemPage } from './sign-in/problem.ts'

/**
 * `/api/auth/*`: the answer of Auth.js, with its refusals as Baton's JSON. Throws `invalid_request` and
 * `csrf`.
 */
export async function auth(call: Call, runtime: Runtime): Promise<Answer> {
  const answer = await answerOfAuthJs(call, runtime)
  return answerOf(answer, call, runtime)
}

/**
 * `GET /api/auth/session`: who is signed in, by the cookie or by an app's web nonce, which outranks it.
 * Throws what `sessionOfApp` throws, and `temporarily_unavailable` when it cannot be known whether the
 * session lives.
 */
export async function authSession(call: Call, runtime: Runtime): Promise<Answer> {
  const { caller } = call
  const shown = appToken(caller)
  // Any other token is ignored here.
  if (shown && isWebNonce(shown.token)) return json(pageSessionOf(await sessionOfApp(shown, caller, runtime)))
  // The session callback must not throw, or Auth.js removes the cookie: it goes on with what it knows. This
  // does not.
  if (sessionCookieDigest(caller.header('cookie'), runtime.config)) await runtime.revocations.requireContact()
  return auth(call, runtime)
}

/**
 * `POST /api/auth/signin/{id}`: begins a sign-in as the sign-in page does, for scripts. Throws as `auth`
 * does, and `slow_down`.
 */
export async function authSignIn(call: Call, runtime: Runtime): Promise<Answer> {
  const { caller, url } = call
  const [, id = ''] = /^\/api\/auth\/signin\/([^/]+)\/?$/.exec(url.pathname) ?? []
  const provider = providerOf(id, runtime.config)
  if (!provider) throw new OAuthError('invalid_request', 'there is no such provider')
  await runtime.limits.take('signIns', addressKey(caller, runtime.trustedProxies))
  const body = await call.text()
  const goOn = new URLSearchParams(body).get('callbackUrl') ?? '/'
  try {
    const asked = { search: url.search, body, isOwnForm: false }
    const { location, cookies } = await beginSignIn(provider, call, asked, runtime)
    return redirectTo(location, caller, { 'set-cookie': cookies })
  } catch (error) {
    if (isMissingCsrf(error)) throw new OAuthError('csrf', 'the form has no good csrfToken')
    if ((error as { type?: string }).type === 'InvalidCallbackUrl')
      throw new OAuthError('invalid_request', 'callbackUrl must be an address', { cause: error })
    return problemPage({ error, provider }, goOn, call, runtime, [], '/sign-in')
  }
}

/**
 * `POST /api/auth/signout`: ends the session record before its cookie is removed. Throws the database's error
 * when the session cannot be ended now.
 */
export async function authSignOut(call: Call, runtime: Runtime): Promise<Answer> {
  const { config } = runtime
  const answer = await answerOfAuthJs(call, runtime)
  // Auth.js swallows what its events throw, and a sign-out without an ended record leaves each copy of the
  // cookie good.
  const name = sessionCookieName(config)
  if (answer.cookies.some((cookie) => cookie.name.startsWith(name) && cookie.value === '')) {
    const session = readSessionCookie(call.caller.header('cookie'), config)
    if (session) await endSession(session.sid, 'signed_out', runtime)
  }
  return answerOf(answer, call, runtime)
}

async function answerOfAuthJs({ caller, url, text }: Call, runtime: Runtime) {
  const { config } = runtime
  // Auth.js reads an address with an empty segment as the one without, whose row would have looked at it.
  if (url.pathname.includes('//')) throw new OAuthError('invalid_request', 'the path has an empty segment')
  const method = caller.method === 'POST' ? 'POST' : 'GET'
  const request = authRequest(
    {
      method,
      path: url.pathname + url.search,
      cookie: caller.header('cookie'),
      ...(method === 'POST' && { body: await text(), contentType: caller.header('content-type') }),
    },
    config,
  )
  const providers = config.providers.map(({ authjs }) => ({ ...authjs }) as never)
  return authJs(request, { providers, caller }, runtime).catch((error: Error) => {
    if (isMissingCsrf(error)) throw new OAuthError('csrf', 'the form has no good csrfToken')
    throw new OAuthError('invalid_request', 'unknown sign-in step, or wrong method for it', { cause: error })
  })
}

function isMissingCsrf(error: unknown): boolean {
  return (error as { type?: string }).type === 'MissingCSRF'
}
