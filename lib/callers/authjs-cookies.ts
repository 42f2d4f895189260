import type { Config } from '#lib/config/load.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'

/**
 * Auth.js's cookies under Baton's own names, with Auth.js's attributes. Other applications with Auth.js on
 * this host, on any port, get the same cookies from a browser, and write and remove those of Auth.js's names.
 */
export function authjsCookies(config: Pick<Config, 'url'>) {
  const options = { ...cookieAttributes(config), sameSite: 'lax', path: '/' } as const
  const named = (name: string) => ({ name: cookieName(`baton.${name}`, options.path, config), options })
  return {
    sessionToken: named('session'),
    callbackUrl: named('callback-url'),
    csrfToken: named('csrf'),
    pkceCodeVerifier: named('pkce'),
    state: named('state'),
    nonce: named('nonce'),
  }
}
