import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { backendToken } from '#lib/backends/backend-token.ts'
import { type Call, forward, tooLarge } from '#lib/backends/forward.ts'
import { forwardedHeaders } from '#lib/backends/forwarded.ts'
import { requestHeaders } from '#lib/backends/request-headers.ts'
import { targetPath } from '#lib/backends/target-path.ts'
import type { Backend } from '#lib/config/schema.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { authenticate } from './authenticate.ts'
import { nodeCallerOf } from './caller.ts'
import { sendError } from './error-answer.ts'

// The name is empty where none is given: there is nothing else below this address.
const address = /^\/api\/backends(?![^/?])(?:\/([^/?]*))?(.*)$/

/**
 * `/api/backends/{name}/{path…}`: forwards a signed-in person's call with a bearer token, on Node's own request and response:
 * the path stays as it came and both bodies stream. Returns `false` when the address is another.
 */
export async function proxyLane(
  req: IncomingMessage,
  res: ServerResponse,
  runtime: Runtime,
): Promise<boolean> {
  const found = address.exec(req.url ?? '')
  if (!found) return false
  const [, name = '', rest = ''] = found
  const left = new AbortController()
  res.once('close', () => left.abort())
  try {
    const backend = backendOf(name, req, runtime)
    const call = await prepared(req, backend, rest, left.signal, runtime)
    const answer = await forward(call, backend, runtime.backends)
    res.writeHead(answer.status, answer.headers)
    res.flushHeaders()
    await pipeline(answer.body, res)
  } catch (error) {
    if (!left.signal.aborted) sendError(res, error, runtime.log)
  }
  return true
}

function backendOf(name: string, req: IncomingMessage, { config }: Runtime): Backend {
  const backend = config.backends.find((candidate) => candidate.name === name)
  if (!backend) throw new OAuthError('not_found', 'there is no backend of this name')
  if (!backend.methods.includes(req.method ?? ''))
    throw new OAuthError('method_not_allowed', 'this backend does not take this method', {
      allow: backend.methods,
    })
  return backend
}

async function prepared(
  req: IncomingMessage,
  backend: Backend,
  rest: string,
  signal: AbortSignal,
  runtime: Runtime,
): Promise<Call> {
  const { config, trustedProxies } = runtime
  const path = targetPath(backend.url, rest)
  const caller = nodeCallerOf(req)
  const authenticated = await authenticate(caller, runtime, { navigable: backend.navigable })
  const authorization = `Bearer ${await backendToken(backend, authenticated, runtime)}`
  if (Number(req.headers['content-length'] ?? 0) > backend.maxBodyBytes) throw tooLarge(backend)
  const forwarded = forwardedHeaders({
    peer: req.socket.remoteAddress ?? '',
    forwardedFor: caller.header('x-forwarded-for'),
    trusted: trustedProxies,
    origin: config.url,
  })
  return {
    method: req.method ?? 'GET',
    path,
    headers: requestHeaders(req.rawHeaders, backend.requestHeaders, { ...forwarded, authorization }),
    body: hasBody(req) ? req : null,
    signal,
  }
}

// RFC 9112, section 6: a request has a body when one of these says so.
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
