import type { IncomingMessage, ServerResponse } from 'node:http'
import { configuredUrl } from '#lib/config/configured-url.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { backendAddress } from './backend-call.ts'
import { nodeCallerOf } from './caller.ts'
import { sendError } from './error-answer.ts'
import { isOwnHost } from './own-host.ts'
import { requireSameOrigin } from './same-origin.ts'

/** Answered whatever host they are asked of. */
export const probes = new Set(['/api/health', '/api/ready'])
/** Their bodies are counted as they are read. */
export const readsForms = new Set(['/api/nonce', '/api/backchannel-logout'])
/** What forms may weigh; only calls to backends are larger. */
const longestBody = 64 * 1024
/** Milliseconds within which a whole request has to be here, unless it is a call to a backend. */
const arrivalDeadline = 60_000

const ofPages = ['GET', 'HEAD', 'POST']
const ofApi = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Refuses requests that are not for Baton's own host or more than it takes, and makes the others look the same to all that
 * follows: host and scheme come from `BATON_URL`, whatever the request says. Returns `true` when it has answered.
 */
export function guardLane(req: IncomingMessage, res: ServerResponse, { config, log }: Runtime): boolean {
  try {
    const { host, protocol } = configuredUrl(config.url)
    // An absolute target would name another host than the header does (RFC 9112, section 3.2.2).
    if (!req.url?.startsWith('/'))
      throw new OAuthError('invalid_request', 'the request target must be a path')
    const path = req.url.split('?', 1)[0] as string
    if (!probes.has(path) && !isOwnHost(onlyHost(req), config.url))
      throw new OAuthError('misdirected_request', `this is ${config.url}, and no other host is served here`)
    if (!backendAddress(req.url)) limitRequest(req, path, config.url)
    req.headers.host = host
    req.headers['x-forwarded-host'] = host
    req.headers['x-forwarded-proto'] = protocol.replace(':', '')
    return false
  } catch (error) {
    sendError(res, error, log)
    return true
  }
}

// Node gives the first of several; a server behind may take another.
function onlyHost({ rawHeaders }: IncomingMessage): string | undefined {
  let named: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'host') continue
    if (named !== undefined) return undefined
    named = rawHeaders[index + 1]
  }
  return named
}

// Next and Auth.js read whatever comes, whole; what nobody asked for is refused before they see it.
function limitRequest(req: IncomingMessage, path: string, origin: string): void {
  // Applications call these from elsewhere, without a page of Baton's.
  const isApi = path.startsWith('/api/') || path.startsWith('/oidc/')
  const allow = isApi ? ofApi : ofPages
  // The hand-off answers for itself, with headers and a rule of its own.
  const isHandoff = path === '/handoff' || path === '/handoff/'
  if (!isHandoff && !allow.includes(req.method ?? ''))
    throw new OAuthError('method_not_allowed', `use ${allow.join(', ')}`, { allow })
  const countsItself = readsForms.has(path) || path.startsWith('/oidc/') || isHandoff
  limitBody((name) => req.headers[name] as string | undefined, countsItself)
  // A page takes a POST for its forms alone, and they are sent from its own origin; two pages have a token of their own as well.
  const isOfStep = path.startsWith('/interaction/')
  if (req.method === 'POST' && !isApi && !isHandoff && !isOfStep)
    requireSameOrigin({ ...nodeCallerOf(req), method: 'POST' }, origin, { navigable: true })
  // Next answers an API address that is not UTF-8 with a bare 500.
  if (path.startsWith('/api/') && !isDecodable(path))
    throw new OAuthError('invalid_request', 'the path has a bad percent-encoding')
  // Nobody reads a request that becomes a WebSocket to its end.
  if (req.headers.upgrade === undefined) limitArrival(req)
}

/**
 * Refuses a body that is larger than a form may be, or of unknown length unless who reads it counts. Throws `payload_too_large` and
 * `invalid_request`.
 */
export function limitBody(header: (name: string) => string | null | undefined, countsItself: boolean): void {
  if (Number(header('content-length') ?? 0) > longestBody)
    throw new OAuthError('payload_too_large', 'the body is larger than 64 KiB')
  if (header('transfer-encoding') != null && !countsItself)
    throw new OAuthError('invalid_request', 'send the body with its Content-Length')
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

// A form that trickles in would hold its connection for ever; the proxy watches its own calls.
function limitArrival(req: IncomingMessage): void {
  const timer = setTimeout(() => req.destroy(), arrivalDeadline)
  timer.unref()
  req.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer))
}
