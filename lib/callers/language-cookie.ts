import { parseCookie, stringifySetCookie } from 'cookie'
import type { Config } from '#lib/config/load.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'

const name = 'baton.language'
/** Seconds: browsers keep no cookie longer than 400 days (RFC 6265bis, section 5.5). */
const lifetime = 400 * 24 * 3600

type Needs = Pick<Config, 'url'>

/** The `Set-Cookie` value that keeps the language (BCP 47) which a person has chosen in this browser. */
export function keepLanguage(language: string, config: Needs): string {
  const value = { name: cookieName(name, config), value: language, maxAge: lifetime }
  return stringifySetCookie({ ...value, ...cookieAttributes(config) })
}

/** The language that a person has chosen in this browser, as the browser sends it. */
export function keptLanguage(cookie: string | undefined, config: Needs): string | undefined {
  return cookie === undefined ? undefined : parseCookie(cookie)[cookieName(name, config)]
}
