import { parseCookie, stringifySetCookie } from 'cookie'
import type { Config } from '#lib/config/load.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'

const name = 'baton.provider'
/** Seconds: browsers keep no cookie longer than 400 days (RFC 6265bis, section 5.5). */
const lifetime = 400 * 24 * 3600

type Needs = Pick<Config, 'url'>

/** The `Set-Cookie` value that keeps at which provider (its id) this browser has signed in last. */
export function keepLastProvider(provider: string, config: Needs): string {
  const value = { name: cookieName(name, config), value: provider, maxAge: lifetime }
  return stringifySetCookie({ ...value, ...cookieAttributes(config) })
}

/** The provider at which this browser has signed in last, as the browser sends it. */
export function lastProvider(cookie: string | undefined, config: Needs): string | undefined {
  return cookie === undefined ? undefined : parseCookie(cookie)[cookieName(name, config)]
}
