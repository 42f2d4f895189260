import { encode } from '@auth/core/jwt'
import { authJs, callbackUrlCookie } from '#auth'
import { keepLastProvider } from '#lib/callers/last-provider-cookie.ts'
import { readSessionCookie } from '#lib/callers/session-cookie.ts'
import { dropSignIn, findSignIn, keepDone, type SignInTransaction } from '#lib/callers/sign-in-cookie.ts'
import { forgetShown } from '#lib/callers/straight-cookie.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { databaseTime } from '#lib/db/global-sign-outs.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import { causeText } from '#lib/http/cause-text.ts'
import { parameters } from '#lib/http/form.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { AuthorizationRefusal } from '#lib/providers/explain-failure.ts'
import { type Found, signInProvider } from '#lib/providers/sign-in-provider.ts'
import type { Runtime } from '#lib/runtime.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { Answer, Call } from '../endpoint.ts'
import { authRequest, redirectTo, setCookies } from './auth-request.ts'
import { problemPage } from './problem.ts'

/** Seconds for which what Auth.js checks is good once it is unpacked. */
const checkLifetime = 60

const address = /^\/api\/auth\/callback\/([a-z0-9][a-z0-9_-]{0,63})\/?$/

/**
 * `/api/auth/callback/{id}`: where a provider sends a browser back to, by GET or by a form of its own. The
 * `state` says which of the sign-ins that the browser has begun is answered; no other one is touched. A
 * callback that has been answered, and one of a browser that has signed in meanwhile, lead on to where that
 * sign-in wanted to go. Throws `not_found`, `invalid_request` and `slow_down`.
 */
export async function signInCallback(call: Call, runtime: Runtime): Promise<Answer> {
  const { caller, url } = call
  const { config } = runtime
  const provider = providerOf(address.exec(url.pathname)?.[1] ?? null, config)
  if (!provider) throw new OAuthError('not_found', 'there is no such provider')
  const cookie = caller.header('cookie')
  const text = caller.method === 'POST' ? await call.text() : url.search
  const answer = parameters(new URLSearchParams(text))
  const transaction = await findSignIn(answer.state, cookie, config)
  if (!transaction || transaction.provider !== provider.id) return lost(answer, call, runtime)
  const goOn = () => redirectTo(new URL(transaction.goOn, config.url).href, caller)
  if (transaction.isDone) return goOn()
  if (transaction.until < Date.now()) return problemPage('Expired', transaction.goOn, call, runtime)
  // Whoever has begun one could send made-up answers to it without end.
  await runtime.limits.take('answersOfSignIn', transaction.state)
  try {
    return await finish({ provider, transaction, text, answer }, call, runtime)
  } catch (error) {
    if (isOAuthError(error) && error.code === 'slow_down') throw error
    const forget = dropSignIn(transaction.state, cookie, config)
    const problem = problemPage({ error, provider }, transaction.goOn, call, runtime, forget)
    return (await hasSignedInMeanwhile(transaction, cookie, runtime)) ? goOn() : problem
  }
}

type Callback = {
  provider: UpstreamProvider
  transaction: SignInTransaction
  text: string
  answer: Partial<Record<string, string>>
}

async function finish(
  { provider, transaction, text, answer }: Callback,
  { caller }: Call,
  runtime: Runtime,
): Promise<Answer> {
  // Auth.js forgets what exactly the provider said.
  if (answer.error) throw new AuthorizationRefusal(answer.error, answer.error_description)
  const { config } = runtime
  const cookie = caller.header('cookie')
  const isCrossSite = caller.method === 'POST'
  const found: Found = {}
  // Whoever is signed out everywhere from now on is not signed in by what the provider says next.
  const calledAt = await databaseTime(runtime.db)
  const made = await signInProvider(provider, { metadata: runtime.metadata, found, answer })
  const more = { ...(await unpacked(transaction, runtime)), [callbackUrlCookie]: transaction.goOn }
  const sent = new URLSearchParams(text)
  // Without a known issuer there is nothing to compare it with (RFC 9207).
  if (provider.kind === 'oauth' && !provider.authjs.issuer) sent.delete('iss')
  const path = `/api/auth/callback/${provider.id}${isCrossSite ? '' : `?${sent}`}`
  const request = authRequest(
    { method: isCrossSite ? 'POST' : 'GET', path, cookie, more, body: String(sent) },
    config,
  )
  const { standing } = transaction
  const { redirect = '/', cookies } = await authJs(
    request,
    { providers: [made], found, standing, caller, calledAt },
    runtime,
  )
  await runtime.limits.giveBack('signIns', addressKey(caller, runtime.trustedProxies))
  return redirectTo(redirect, caller, {
    'set-cookie': [
      ...setCookies(cookies),
      ...(await keepDone(transaction, { cookie, isCrossSite, config })),
      keepLastProvider(provider.id, config),
      ...forgetShown(cookie, { isCrossSite, config }),
    ],
  })
}

async function unpacked({ provider, checks }: SignInTransaction, { config }: Runtime) {
  const entries = Object.entries(checks).map(async ([name, value]) => [
    name,
    await encode({
      token: { value, provider },
      secret: [...config.secrets],
      salt: name,
      maxAge: checkLifetime,
    }),
  ])
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string>
}

// This browser has begun no such sign-in, or has forgotten it.
async function lost({ error }: Callback['answer'], call: Call, runtime: Runtime): Promise<Answer> {
  if (error) tell(runtime.log, 'sign_in.unknown', { error: causeText(error) })
  const token = readSessionCookie(call.caller.header('cookie'), runtime.config)
  const session = token && (await findLiveSession(runtime.db, token.sid))
  return session ? redirectTo(runtime.config.url, call.caller) : problemPage('Expired', '/', call, runtime)
}

async function hasSignedInMeanwhile(
  { standing }: SignInTransaction,
  cookie: string | undefined,
  { db, config }: Runtime,
): Promise<boolean> {
  const token = readSessionCookie(cookie, config)
  if (!token || token.sid === standing?.sid) return false
  return (await findLiveSession(db, token.sid).catch(() => undefined)) !== undefined
}
