import { isHttps } from '#lib/config/is-https.ts'
import type { Config } from '#lib/config/load.ts'

type Origin = Pick<Config, 'url'>

/**
 * The name of a cookie of Baton's; over https it bears the `__Secure-` prefix (RFC 6265bis, section 4.1.3.1).
 */
export function cookieName(name: string, origin: Origin): string {
  return `${isHttps(origin) ? '__Secure-' : ''}${name}`
}

/**
 * The attributes that all of Baton's cookies have: no script reads them, and over https they never leave TLS.
 */
export function cookieAttributes(origin: Origin): { httpOnly: true; secure: boolean } {
  return { httpOnly: true, secure: isHttps(origin) }
}
