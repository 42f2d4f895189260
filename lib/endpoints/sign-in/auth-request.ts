import { stringifySetCookie } from 'cookie'
import { type AuthAnswer, type AuthCookie, callbackUrlCookie, checkCookies } from '#auth'
import { sessionCookieName } from '#lib/callers/session-cookie.ts'
import { noteEnded } from '#lib/callers/straight-cookie.ts'
import type { Config } from '#lib/config/load.ts'
import { cookieName } from '#lib/http/cookie.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Answer, Call } from '../endpoint.ts'

const inner = new Set<string>([callbackUrlCookie, ...Object.values(checkCookies)])

/**
 * A request as Auth.js takes it: at Baton's own origin, with the cookies that are Auth.js's alone and `more`
 * of them by name.
 */
export function authRequest(
  {
    method,
    path,
    cookie,
    more = {},
    body,
    contentType = 'application/x-www-form-urlencoded',
  }: {
    method: string
    /** Path and query. */
    path: string
    cookie: string | undefined
    more?: Record<string, string>
    body?: string
    contentType?: string | undefined
  },
  config: Pick<Config, 'url'>,
): Request {
  const names = [sessionCookieName(config), cookieName('baton.csrf', config)]
  const own = (cookie ?? '')
    .split(';')
    .map((one) => one.trim())
    .filter((one) => names.some((name) => one.startsWith(name)))
  const added = Object.entries(more).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return new Request(config.url + path, {
    method,
    headers: {
      cookie: [...added, ...own].join('; '),
      ...(method === 'POST' && { 'content-type': contentType }),
    },
    ...(method === 'POST' && { body: body ?? '' }),
  })
}

/** The `Set-Cookie` values of what Auth.js writes, without what it keeps of a begun sign-in. */
export function setCookies(cookies: AuthCookie[]): string[] {
  return cookies
    .filter(({ name }) => !inner.has(name))
    .map(({ name, value, options }) => stringifySetCookie({ name, value, ...options }))
}

/** Auth.js's answer as Baton's; a script that asks for it gets the address of a redirect as JSON. */
export function answerOf(
  { redirect, status, headers, body, cookies }: AuthAnswer,
  { caller }: Call,
  { config }: Pick<Runtime, 'config'>,
): Answer {
  // Auth.js removes the cookie of a session that is no more, which is all that tells of it.
  const written = cookies.filter(({ name }) => name.startsWith(sessionCookieName(config)))
  const hasEnded = written.length > 0 && written.every(({ value }) => value === '')
  const common = {
    'cache-control': 'private, no-store',
    ...headers,
    'set-cookie': [...setCookies(cookies), ...(hasEnded ? noteEnded(config) : [])],
  }
  if (redirect !== undefined) return redirectTo(redirect, caller, common)
  return {
    status: status ?? 200,
    headers: common,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }
}

/** A redirect, or its address as JSON for a script that asks for that. */
export function redirectTo(
  location: string,
  caller: Call['caller'],
  headers: Record<string, string | string[]> = {},
): Answer {
  if (caller.header('x-auth-return-redirect') === undefined)
    return { status: 302, headers: { 'cache-control': 'no-store', ...headers, location } }
  const json = { 'cache-control': 'no-store', ...headers, 'content-type': 'application/json' }
  return { status: 200, headers: json, body: JSON.stringify({ url: location }) }
}
