import { parseCookie, stringifySetCookie } from 'cookie'
import type { Config } from '#lib/config/load.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'

const name = 'baton.straight'

/** Why a browser sees the sign-in page, and for how many seconds. `shown` lasts until the browser closes. */
const reasons = {
  // Who comes back without a session, as when the browser drops its cookie, would go round for ever.
  gone: 60,
  // A reload and the choice of a language are no wish to leave the page.
  shown: undefined,
  // The provider would sign in at once a person who has signed out, or a lost device. The longest life that a
  // cookie may have (RFC 10017).
  ended: 400 * 24 * 60 * 60,
} as const

type Needs = Pick<Config, 'url' | 'autoSignIn'>

/** The `Set-Cookie` value by which this browser is known to have just gone straight to its provider. */
export function noteStraight(config: Needs): string {
  return noted('gone', config)
}

/** The same, for the answer that is the sign-in page. A browser in which a session has ended keeps that. */
export function noteShown(cookie: string | undefined, config: Needs): string[] {
  return config.autoSignIn && valueIn(cookie, config) !== 'ended' ? [noted('shown', config)] : []
}

/** The same, for every answer by which a browser loses its session. */
export function noteEnded(config: Needs): string[] {
  return config.autoSignIn ? [noted('ended', config)] : []
}

/** For a finished sign-in: nothing but the pause keeps this browser from going straight again. */
export function forgetShown(
  cookie: string | undefined,
  { isCrossSite, config }: { isCrossSite: boolean; config: Needs },
): string[] {
  if (!config.autoSignIn) return []
  // A provider's own form comes without the cookie, so that the pause may be running.
  if (isCrossSite) return [noteStraight(config)]
  const value = valueIn(cookie, config)
  if (value === undefined || value === 'gone') return []
  const removal = { name: cookieName(name, config), value: '', maxAge: 0 }
  return [stringifySetCookie({ ...removal, ...cookieAttributes(config) })]
}

/** Whether a browser sees the sign-in page, where it would go straight to its provider. */
export function seesPage(cookie: string | undefined, config: Needs): boolean {
  return valueIn(cookie, config) !== undefined
}

function noted(value: keyof typeof reasons, config: Needs): string {
  const maxAge = reasons[value]
  const life = maxAge === undefined ? {} : { maxAge }
  return stringifySetCookie({ name: cookieName(name, config), value, ...life, ...cookieAttributes(config) })
}

function valueIn(cookie: string | undefined, config: Needs): string | undefined {
  return cookie === undefined ? undefined : parseCookie(cookie)[cookieName(name, config)]
}
