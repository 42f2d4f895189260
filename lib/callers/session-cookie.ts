import { parseCookie, stringifySetCookie } from 'cookie'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { decodeSession, encodeSession } from '#lib/sessions/session-jwe.ts'
import { parseSessionToken, type SessionToken } from '#lib/sessions/session-token.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import { noteEnded } from './straight-cookie.ts'

/** The name under which Auth.js keeps its session. */
export function sessionCookieName(config: Pick<Config, 'url'>): string {
  return cookieName('baton.session', config)
}

/**
 * The content of the session cookie, from its pieces where it has some; `undefined` without a valid cookie.
 */
export function readSessionCookie(
  cookieHeader: string | null | undefined,
  config: Pick<Config, 'url' | 'secrets'>,
): SessionToken | undefined {
  const name = sessionCookieName(config)
  if (!cookieHeader?.includes(name)) return undefined
  const jwe = joined(parseCookie(cookieHeader), name)
  const token = jwe && parseSessionToken(decodeSession(jwe, { secrets: config.secrets, cookieName: name }))
  if (token) noteRequest({ sid: token.sid })
  return token || undefined
}

// Auth.js writes a long cookie in pieces, `.0`, `.1` and so on.
function joined(cookies: Partial<Record<string, string>>, name: string): string | undefined {
  const whole = cookies[name]
  const pieces: string[] = []
  for (let piece = cookies[`${name}.0`]; piece; piece = cookies[`${name}.${pieces.length}`])
    pieces.push(piece)
  if (pieces.length === 0) return whole
  // One of them is from another time.
  return whole ? undefined : pieces.join('')
}

/**
 * SHA-256 of every cookie whose name begins with the session cookie's: all that Auth.js could read a session
 * from. `undefined` without such a cookie. Hashing less could give two sessions the same digest.
 */
export function sessionCookieDigest(
  cookieHeader: string | null | undefined,
  config: Pick<Config, 'url'>,
): string | undefined {
  const name = sessionCookieName(config)
  if (!cookieHeader?.includes(name)) return undefined
  const cookies = cookieHeader.split(';').filter((cookie) => cookie.trimStart().startsWith(name))
  return cookies.length > 0 ? sha256(cookies.join(';')).toString('base64') : undefined
}

/**
 * The `Set-Cookie` values that sign a browser in with this session, as Auth.js would write them. They also
 * remove the pieces of an earlier, longer cookie.
 */
export function writeSessionCookie(
  session: SessionToken,
  cookieHeader: string | null | undefined,
  config: Pick<Config, 'url' | 'secrets'>,
): string[] {
  const name = sessionCookieName(config)
  const maxAge = Math.max(0, session.ends - numericDate(new Date()))
  const value = encodeSession(session, { secret: config.secrets[0], cookieName: name, maxAge })
  return [
    ...removeSessionCookie(cookieHeader, config).filter((removal) => !removal.startsWith(`${name}=`)),
    stringifySetCookie({ ...cookieAttributes(config), name, value, maxAge }),
  ]
}

/**
 * The `Set-Cookie` values for a browser whose session has ended here: they remove its cookie, and have it see
 * the sign-in page where it would go straight to a provider.
 */
export function endSessionCookie(
  cookieHeader: string | null | undefined,
  config: Pick<Config, 'url' | 'autoSignIn'>,
): string[] {
  return [...removeSessionCookie(cookieHeader, config), ...noteEnded(config)]
}

/** Whether a browser has a session cookie, of a session that lives or of one that has ended. */
export function hasSessionCookie(
  cookieHeader: string | null | undefined,
  config: Pick<Config, 'url'>,
): boolean {
  return removeSessionCookie(cookieHeader, config).length > 0
}

// In one piece or in several.
function removeSessionCookie(cookieHeader: string | null | undefined, config: Pick<Config, 'url'>): string[] {
  const isOne = new RegExp(`^${RegExp.escape(sessionCookieName(config))}(\\.\\d+)?$`)
  return Object.keys(parseCookie(cookieHeader ?? ''))
    .filter((cookie) => isOne.test(cookie))
    .map((name) => stringifySetCookie({ ...cookieAttributes(config), name, value: '', maxAge: 0 }))
}
