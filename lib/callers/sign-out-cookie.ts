import { parseCookie, stringifySetCookie } from 'cookie'
import type { Config } from '#lib/config/load.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'

const name = 'baton.sign-out'
/** Seconds that a person may take to sign out at their provider. */
const maxAge = 600

/** The `Set-Cookie` value that keeps the `state` of a sign-out that continues at the provider. */
export function keepSignOutState(state: string, config: Pick<Config, 'url'>): string {
  return stringifySetCookie({
    ...cookieAttributes(config),
    name: cookieName(name, config),
    value: state,
    maxAge,
  })
}

/** Whether this browser began the sign-out that returns with this `state`. */
export function isSignOutState(
  state: unknown,
  cookieHeader: string | null | undefined,
  config: Pick<Config, 'url'>,
): boolean {
  const kept = parseCookie(cookieHeader ?? '')[cookieName(name, config)]
  return kept !== undefined && kept === state
}
