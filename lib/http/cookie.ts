import { isHttps } from '#lib/config/is-https.ts'
import type { Config } from '#lib/config/load.ts'

type Origin = Pick<Config, 'url'>

/**
 * The name of a cookie of Baton's with this path. Over https its prefix keeps others from setting it: with
 * `__Host-Http-` neither a script nor a sibling subdomain can, and `Path=/` is required; `__Secure-`, for
 * every other path, keeps plain http out. A browser that knows `__Host-` alone takes the first for that.
 * RFC 10017.
 */
export function cookieName(name: string, path: string, origin: Origin): string {
  if (!isHttps(origin)) return name
  return `${path === '/' ? '__Host-Http-' : '__Secure-'}${name}`
}

/**
 * The attributes that all of Baton's cookies have: no script reads them, and over https they never leave TLS.
 */
export function cookieAttributes(origin: Origin): { httpOnly: true; secure: boolean } {
  return { httpOnly: true, secure: isHttps(origin) }
}
