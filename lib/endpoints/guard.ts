import type { IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import { type Caller, nodeCallerOf } from '#lib/callers/caller.ts'
import { refuseOtherOrigin, refuseOtherSite, requireSameOrigin } from '#lib/callers/same-origin.ts'
import { configuredUrl } from '#lib/config/configured-url.ts'
import type { Config } from '#lib/config/load.ts'
import { withoutRepeated } from '#lib/http/cookie.ts'
import { isOwnHost } from '#lib/http/own-host.ts'
import { reportedHosts } from '#lib/http/reported-hosts.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { type Endpoint, methods } from './endpoint.ts'

/** Bytes that a form may have; only calls to backends are larger. */
const longestBody = 64 * 1024
/** Milliseconds within which a whole request has to arrive, unless it is a call to a backend. */
const arrivalDeadline = 60_000
const methodsOfPages = ['GET', 'HEAD']
const dotSegment = /\/(\.|%2e){1,2}(\/|$)/i

type GuardNeeds = { config: Pick<Config, 'url' | 'development'>; trustedProxies: BlockList }

/**
 * Path and query of a request as they came, together and apart. Throws `invalid_request` for what is no path.
 */
export function targetOf({ url: target }: IncomingMessage): { target: string; path: string; search: string } {
  // An absolute target would name another host than the header does (RFC 9112, section 3.2.2).
  if (!target?.startsWith('/')) throw new OAuthError('invalid_request', 'the request target must be a path')
  const query = target.indexOf('?')
  if (query === -1) return { target, path: target, search: '' }
  return { target, path: target.slice(0, query), search: target.slice(query) }
}

/**
 * Refuses a request that is not for Baton's own host, or more than its endpoint takes, and makes every other
 * look the same to what follows: host and scheme come from `BATON_URL`, whatever the request says. Throws
 * `misdirected_request`, `method_not_allowed`, `not_found`, `payload_too_large`, `csrf` and
 * `invalid_request`.
 */
export function guard(
  req: IncomingMessage,
  path: string,
  endpoint: Endpoint,
  { config: { url, development }, trustedProxies }: GuardNeeds,
): void {
  requireOwnHost(hostsOf(req, trustedProxies), path, endpoint, url)
  if (endpoint.body !== 'streamed') {
    const caller = nodeCallerOf(req)
    // Next's overlay for faults asks by POST where they are.
    const isOverlay = development && path.startsWith('/__nextjs_')
    if (!isOverlay) requireKnownMethod(req.method, endpoint)
    refuseServerAction(caller, endpoint)
    limitBody(caller.header, endpoint)
    requireOwnForm(caller, isOverlay ? { csrf: 'same-origin' } : endpoint, url)
    // Next answers an address that is not UTF-8 with a bare 500.
    requireDecodable(path)
    requirePlain(req.url ?? '', path)
    // A handshake is never read to an end.
    if (req.headers.upgrade === undefined) limitArrival(req)
  }
  if (req.headers.cookie !== undefined) req.headers.cookie = withoutRepeated(req.headers.cookie)
  claimOwnHost(req, url)
}

/** Makes a request name the host and scheme of `BATON_URL`, whatever it named. */
function claimOwnHost({ headers }: IncomingMessage, url: string): void {
  const { host, protocol } = configuredUrl(url)
  headers.host = host
  headers['x-forwarded-host'] = host
  headers['x-forwarded-proto'] = protocol.replace(':', '')
}

/** Refuses a POST that does not come from where its endpoint wants it from. Throws `csrf`. */
export function requireOwnForm(
  caller: Pick<Caller, 'method' | 'header'>,
  { csrf }: Pick<Endpoint, 'csrf'>,
  url: string,
): void {
  if (caller.method !== 'POST') return
  if (csrf === 'same-origin') requireSameOrigin(caller, url, { navigable: true })
  if (csrf === 'token') refuseOtherSite(caller)
  if (csrf) refuseOtherOrigin(caller, url)
}

/**
 * Refuses a request that names another host, alone or among others, unless this path answers for any. Throws
 * `misdirected_request`.
 */
export function requireOwnHost(
  hosts: readonly (string | undefined)[],
  path: string,
  endpoint: Endpoint,
  url: string,
): void {
  const answersAny = endpoint.anyHost && path === endpoint.path
  if (!answersAny && !hosts.every((host) => isOwnHost(host, url)))
    throw new OAuthError('misdirected_request', `this server is ${url}; it serves no other host`)
}

/**
 * Refuses a body that is larger than a form may be, or of unknown length unless its endpoint counts it.
 * Throws `payload_too_large` and `invalid_request`.
 */
export function limitBody(
  header: (name: string) => string | null | undefined,
  { body }: Pick<Endpoint, 'body'>,
): void {
  if (body === 'streamed') return
  if (Number(header('content-length') ?? 0) > longestBody)
    throw new OAuthError('payload_too_large', 'the body is larger than 64 KiB')
  if (header('transfer-encoding') != null && body !== 'form')
    throw new OAuthError('invalid_request', 'send the body with its Content-Length')
}

/** Refuses a request that pretends to call a Server Action of Next's; no page has one. Throws `not_found`. */
export function refuseServerAction(
  { method, header }: Pick<Caller, 'method' | 'header'>,
  { isPage }: Pick<Endpoint, 'isPage'>,
): void {
  const isAction =
    header('next-action') !== undefined || /^\s*multipart\//i.test(header('content-type') ?? '')
  if (isPage && method === 'POST' && isAction)
    throw new OAuthError('not_found', 'no page of this server takes such a form')
}

/** The hosts that a request is for: what a trusted proxy says, else its own `Host`. */
function hostsOf(req: IncomingMessage, trusted: BlockList): (string | undefined)[] {
  const { headers, socket } = req
  const reported = reportedHosts({
    peer: socket.remoteAddress ?? '',
    // Node joins several of a name with commas.
    forwardedHost: headers['x-forwarded-host'] as string | undefined,
    forwarded: headers.forwarded,
    trusted,
  })
  return reported.length > 0 ? reported : [onlyHost(req)]
}

// Node gives the first of several; a server behind may take another.
function onlyHost({ rawHeaders }: IncomingMessage): string | undefined {
  let named: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    // Most have another length already.
    if (name.length !== 'host'.length || name.toLowerCase() !== 'host') continue
    if (named !== undefined) return undefined
    named = rawHeaders[index + 1]
  }
  return named
}

// A row that has a handler for each method refuses the others itself.
function requireKnownMethod(method = '', { isPage, answer, onNode }: Endpoint): void {
  const handlers = answer ?? onNode
  const takesForms = typeof handlers === 'object' && handlers.POST !== undefined
  const allow: readonly string[] = isPage && !takesForms ? methodsOfPages : methods
  if (!allow.includes(method))
    throw new OAuthError('method_not_allowed', `use ${allow.join(', ')}`, { allow })
}

function requireDecodable(path: string): void {
  try {
    decodeURIComponent(path)
  } catch {
    throw new OAuthError('invalid_request', 'the path has a bad percent-encoding')
  }
}

// What reads addresses behind this may take `\` for `/`, `..` for a step up, and end at `#`: the row of the
// table, by which requests are counted and refused, has to be the one of what answers.
function requirePlain(target: string, path: string): void {
  if (target.includes('#') || path.includes('\\') || dotSegment.test(path))
    throw new OAuthError('invalid_request', 'the path has another spelling; use that')
}

// A slow form must not hold its connection; the proxy has timers of its own.
function limitArrival(req: IncomingMessage): void {
  // What nobody reads never ends, and has arrived all the same: an open stream of events must not be cut.
  const timer = setTimeout(() => req.complete || req.destroy(), arrivalDeadline)
  timer.unref()
  req.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer))
}
