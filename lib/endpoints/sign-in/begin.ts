import { decode } from '@auth/core/jwt'
import { type AuthAnswer, authJs, callbackUrlCookie, checkCookies } from '#auth'
import { readSessionCookie } from '#lib/callers/session-cookie.ts'
import { keepSignIn } from '#lib/callers/sign-in-cookie.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { ownPath } from '#lib/http/own-path.ts'
import { promptAgain } from '#lib/providers/prompt-again.ts'
import { signInProvider } from '#lib/providers/sign-in-provider.ts'
import type { Runtime } from '#lib/runtime.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { Call } from '../endpoint.ts'
import { authRequest, setCookies } from './auth-request.ts'

type Begun = { location: string; cookies: string[] }

type Asked = {
  /** Parameters for the authorization endpoint, beside the configured ones. */
  search?: string
  /** The form that asked, for Auth.js. */
  body: string
  /** Whether the caller has seen to it that the form comes from Baton's own page; else Auth.js does. */
  isOwnForm: boolean
}

/**
 * Begins a sign-in at a provider: the address of its authorization endpoint, and the cookies that keep this
 * sign-in apart from others of the same browser. Throws what `discover` and `authJs` throw.
 */
export async function beginSignIn(
  provider: UpstreamProvider,
  { caller }: Pick<Call, 'caller'>,
  { search = '', body, isOwnForm }: Asked,
  runtime: Runtime,
): Promise<Begun> {
  const { config } = runtime
  const cookie = caller.header('cookie')
  const made = await signInProvider(provider, { metadata: runtime.metadata })
  const path = `/api/auth/signin/${provider.id}${search}`
  const request = authRequest({ method: 'POST', path, cookie, body }, config)
  const answer = await authJs(request, { providers: [made], caller, isOwnForm }, runtime)
  const location = withoutEmptyScope(answer.redirect ?? '')
  const state = location.searchParams.get('state')
  if (state === null) throw new Error('Auth.js began a sign-in without a state')
  const standing = readSessionCookie(cookie, config)
  const kept = await keepSignIn(
    {
      provider: provider.id,
      state,
      checks: await checksIn(answer, provider.id, runtime),
      goOn: ownPath(cookieNamed(answer, callbackUrlCookie) ?? '/', config.url) ?? '/',
      ...(standing && { standing: { sid: standing.sid, sub: standing.sub, provider: standing.provider } }),
    },
    { cookie, isCrossSite: isFormPost(location), config },
  )
  tell(runtime.log, 'sign_in.begun', { provider: provider.id })
  return { location: location.href, cookies: [...setCookies(answer.cookies), ...kept] }
}

/** The parameters that make a provider ask a person again who they are. */
export function askAgain(provider: UpstreamProvider): string {
  return `?${new URLSearchParams({ prompt: promptAgain(provider) })}`
}

// Plain OAuth servers may refuse a scope that is there and empty.
function withoutEmptyScope(address: string): URL {
  const url = new URL(address)
  if (url.searchParams.get('scope') === '') url.searchParams.delete('scope')
  return url
}

// OAuth 2.0 Form Post Response Mode, section 2.
function isFormPost({ searchParams }: URL): boolean {
  return searchParams.get('response_mode') === 'form_post'
}

function cookieNamed({ cookies }: AuthAnswer, name: string): string | undefined {
  return cookies.find((cookie) => cookie.name === name)?.value
}

// Auth.js encrypts each of what it checks; together and once is a third of the length.
async function checksIn(
  answer: AuthAnswer,
  provider: string,
  { config }: Runtime,
): Promise<Record<string, string>> {
  const checks: Record<string, string> = {}
  for (const name of Object.values(checkCookies)) {
    const token = cookieNamed(answer, name)
    const opened = token && (await decode({ token, secret: [...config.secrets], salt: name }))
    if (opened && opened.provider === provider && typeof opened.value === 'string')
      checks[name] = opened.value
  }
  return checks
}
