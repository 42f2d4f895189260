import type { IncomingMessage, ServerResponse } from 'node:http'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { sendError } from './error-answer.ts'

const probes = new Set(['/api/health', '/api/ready'])
/** Milliseconds within which a whole request has to be here, unless it is a call to a backend. */
const arrivalDeadline = 60_000
const nextMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Refuses requests that are not for Baton's own host, and makes those that are look the same to all that follows: host and scheme come
 * from `BATON_URL`, whatever the request says. Returns `true` when it has answered.
 */
export function guardLane(req: IncomingMessage, res: ServerResponse, { config, log }: Runtime): boolean {
  try {
    const { host, protocol } = new URL(config.url)
    // An absolute target would name another host than the header does (RFC 9112, section 3.2.2).
    if (!req.url?.startsWith('/'))
      throw new OAuthError('invalid_request', 'the request target must be a path')
    const path = req.url.split('?', 1)[0] as string
    const hosts = req.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
    const isOwnHost = hosts.length === 1 && req.headers.host?.toLowerCase() === host
    if (!isOwnHost && !probes.has(path))
      throw new OAuthError('misdirected_request', `this is ${config.url}, and no other host is served here`)
    if (!nextMethods.has(req.method ?? '') && !path.startsWith('/api/backends/'))
      throw new OAuthError('method_not_allowed', 'this method is not known here', { allow: [...nextMethods] })
    if (!path.startsWith('/api/backends/')) limitArrival(req)
    req.headers.host = host
    req.headers['x-forwarded-host'] = host
    req.headers['x-forwarded-proto'] = protocol.replace(':', '')
    return false
  } catch (error) {
    sendError(res, error, log)
    return true
  }
}

// A form that trickles in would hold its connection for ever; the proxy watches its own calls.
function limitArrival(req: IncomingMessage): void {
  const timer = setTimeout(() => req.destroy(), arrivalDeadline)
  timer.unref()
  req.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer))
}
