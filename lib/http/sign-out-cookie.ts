import { parseCookie, stringifySetCookie } from 'cookie'
import type { Config } from '#lib/config/load.ts'

/** Seconds that a person may take to sign out at their provider. */
const maxAge = 600

/** `Set-Cookie` that keeps the `state` of a sign-out that goes on at the provider. */
export function keepSignOutState(state: string, config: Pick<Config, 'url'>): string {
  const secure = config.url.startsWith('https:')
  return stringifySetCookie({
    name: cookieName(config),
    value: state,
    httpOnly: true,
    sameSite: 'lax',
    path: '/sign-out',
    secure,
    maxAge,
  })
}

/** Whether this browser began the sign-out that comes back with this `state`. */
export function isSignOutState(
  state: unknown,
  cookieHeader: string | null | undefined,
  config: Pick<Config, 'url'>,
): boolean {
  const kept = parseCookie(cookieHeader ?? '')[cookieName(config)]
  return kept !== undefined && kept === state
}

function cookieName({ url }: Pick<Config, 'url'>): string {
  return `${url.startsWith('https:') ? '__Secure-' : ''}baton.sign-out`
}
