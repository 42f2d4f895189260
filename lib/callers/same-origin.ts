import { OAuthError } from '#lib/oauth/error.ts'
import type { Caller } from './caller.ts'

type Call = Pick<Caller, 'method' | 'header'>

const own = new Set(['same-origin', 'none'])
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
 * Refuses a form whose `Origin` names another site, whatever `Sec-Fetch-Site` says of it. `null` says
 * nothing: pages with `no-referrer` send it. Throws `csrf`.
 */
export function refuseOtherOrigin({ header }: Pick<Caller, 'header'>, origin: string): void {
  const named = header('origin')
  if (named !== undefined && named !== 'null' && named !== origin)
    throw new OAuthError('csrf', "the form must be sent from a page of Baton's own")
}

/**
 * Refuses what a page of another site sends, a sibling subdomain's included, as far as the browser says so.
 * That is never enough for a form: until March 2026 Safari said `same-origin` of another site's form that was
 * sent again by a reload. So a form needs its page's token besides. Throws `csrf`.
 */
export function refuseOtherSite({ header }: Pick<Caller, 'header'>): void {
  const site = header('sec-fetch-site')
  if (site !== undefined && !own.has(site))
    throw new OAuthError('csrf', "the form must be sent from a page of Baton's own")
}

const frames = new Set(['iframe', 'frame', 'fencedframe'])

/**
 * Refuses what a page of another site loads as a part of itself, such as a picture, as far as the browser
 * says so: it would count for the visitor's address. Throws `csrf`.
 */
export function refuseEmbedded({ header }: Pick<Caller, 'header'>, { inFrame = false } = {}): void {
  const [site, destination] = [header('sec-fetch-site'), header('sec-fetch-dest')]
  if (site === undefined || own.has(site) || destination === undefined || destination === 'document') return
  if (!(inFrame && frames.has(destination)))
    throw new OAuthError('csrf', 'this address is a page, and no part of one of another site')
}

function isSameOrigin({ method, header }: Call, ownOrigin: string): boolean {
  const site = header('sec-fetch-site')
  if (site !== undefined) return own.has(site)
  const origin = header('origin')
  if (origin !== undefined) return origin === ownOrigin
  // A WebSocket handshake is a GET, but the connection that it opens is not read-only.
  return safe.has(method ?? '') && header('upgrade') === undefined
}
