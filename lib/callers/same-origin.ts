import type { IncomingMessage } from 'node:http'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Caller } from './caller.ts'

type Call = Pick<Caller, 'method' | 'header'>

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a call that another site makes with the browser's cookie, and a call that opens an answer as a page
 * or service worker of Baton's own origin. Throws `csrf`. Fetch Metadata decides; without it, `Origin` does.
 */
export function requireSameOrigin(call: Call, origin: string, { navigable = false } = {}): void {
  if (!isSameOrigin(call, origin))
    throw new OAuthError('csrf', 'a call with a session cookie must come from a page of this origin')
  const opens = call.header('sec-fetch-mode') === 'navigate' || call.header('service-worker') === 'script'
  if (opens && !navigable) throw new OAuthError('csrf', 'this address cannot be opened as a page')
}

/**
 * Whether a form comes from a page of Baton's own. Fetch Metadata refuses a form of another site, a sibling
 * subdomain's included, whatever token the form has; where it does not know, the page's token decides.
 */
export function isOwnForm({ headers }: IncomingMessage, hasToken: boolean): boolean {
  const site = headers['sec-fetch-site']
  if (site === 'same-origin') return true
  return (site === undefined || site === 'none') && hasToken
}

function isSameOrigin({ method, header }: Call, ownOrigin: string): boolean {
  const site = header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const origin = header('origin')
  if (origin !== undefined) return origin === ownOrigin
  // A WebSocket handshake is a GET, but the connection that it opens is not read-only.
  return safe.has(method ?? '') && header('upgrade') === undefined
}
