import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import { type Admitted, admit, backendAddress, incomingOf } from '#lib/backends/admit.ts'
import { pairs } from '#lib/backends/request-headers.ts'
import { responseHeaders } from '#lib/backends/response-headers.ts'
import { configuredUrl } from '#lib/config/configured-url.ts'
import { requestIdHeader } from '#lib/http/request-id.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { whileLive } from '#lib/sessions/while-live.ts'
import type { Exchange } from '../endpoint.ts'

const passedUp = new Set([
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
])
const passedDown = new Set(['sec-websocket-accept', 'sec-websocket-protocol', 'sec-websocket-extensions'])

/**
 * A WebSocket handshake to `/api/backends/{name}/{path…}` (RFC 6455, section 4): checked as an unsafe call,
 * made with a bearer token, and then two sockets joined until either side or the session ends. A backend's
 * refusal is passed on as it is. Throws what `admit` throws, `bad_gateway`, `gateway_timeout` and
 * `temporarily_unavailable`.
 */
export async function websocket({ req, res, target, runtime }: Exchange, head: Buffer): Promise<void> {
  const admitted = await admit(incomingOf(req, backendAddress(target), null), runtime)
  await open(req, res, head, admitted, runtime)
}

async function open(
  req: IncomingMessage,
  res: ServerResponse,
  head: Buffer,
  { backend, session, call }: Admitted,
  runtime: Runtime,
): Promise<void> {
  const { gate, upgraded } = runtime
  const leave = await gate.enterStream(backend, session.id)
  req.socket.once('close', leave)
  if (req.socket.destroyed) return leave()
  const target = configuredUrl(backend.url)
  const handshake = pairs(req.rawHeaders).filter(([name]) => passedUp.has(name.toLowerCase()))
  // A handshake has no content to describe.
  const asked = [...pairs(call.headers)].filter(([name]) => !/^content-/i.test(name))
  const headers = ['Host', target.host, 'Connection', 'Upgrade', 'Upgrade', 'websocket', ...asked.flat()]
  for (const [name, value] of handshake) headers.push(name, value)
  const answer = await gate.through(backend, () =>
    handshakeWith(target, call.path, headers, backend.timeoutMs, req.socket),
  )
  if ('refusal' in answer) {
    const { refusal } = answer
    refusal.setTimeout(backend.idleTimeoutMs, () => refusal.destroy())
    const { statusCode: status = 502, rawHeaders } = refusal
    res.once('close', () => refusal.destroy())
    res.writeHead(status, responseHeaders(status, rawHeaders, { backend, ...call, isHandshake: true }))
    pipeline(refusal, res, () => {})
    return
  }
  const { accepted, peer, first } = answer
  res.detachSocket(req.socket)
  req.socket.write(switching(accepted.rawHeaders, runtime.requestId.getStore()))
  if (head.length > 0) peer.write(head)
  if (first.length > 0) req.socket.write(first)
  const over = whileLive(session, () => req.socket.destroy(), runtime)
  upgraded.add(req.socket)
  pipeline(req.socket, peer, req.socket, () => {
    over()
    upgraded.delete(req.socket)
    req.socket.destroy()
    peer.destroy()
  })
  endTogether(req.socket, peer, backend.idleTimeoutMs)
}

// Neither side of a WebSocket goes on alone, and the other one may never say that it ends as well. While a
// side takes nothing, nobody reads the other one, and its end goes unseen.
function endTogether(one: Socket, other: Socket, idleTimeoutMs: number): void {
  const destroyBoth = () => {
    one.destroy()
    other.destroy()
  }
  for (const side of [one, other]) {
    let stuck: NodeJS.Timeout | undefined
    side
      // Before the pipe, which may pause at this chunk.
      .prependListener('data', () => clearTimeout(stuck))
      .on('pause', () => {
        clearTimeout(stuck)
        stuck = setTimeout(destroyBoth, idleTimeoutMs)
      })
      .once('end', () => {
        one.destroySoon()
        other.destroySoon()
        stuck = setTimeout(destroyBoth, idleTimeoutMs)
      })
      .once('close', () => clearTimeout(stuck))
  }
}

type Accepted = { accepted: IncomingMessage; peer: Socket; first: Buffer }

function handshakeWith(
  { protocol, hostname, port }: Readonly<URL>,
  path: string,
  headers: string[],
  timeoutMs: number,
  caller: Duplex,
): Promise<Accepted | { refusal: IncomingMessage }> {
  const { promise, resolve, reject } = Promise.withResolvers<Accepted | { refusal: IncomingMessage }>()
  const send = protocol === 'https:' ? httpsRequest : httpRequest
  // A socket of its own: what is upgraded never goes back to a pool.
  const request: ClientRequest = send({
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path,
    headers,
    agent: false,
  })
  const late = setTimeout(
    () => request.destroy(new OAuthError('gateway_timeout', 'the backend did not answer in time')),
    timeoutMs,
  )
  const left = () => request.destroy(new OAuthError('bad_gateway', 'the caller has left'))
  caller.once('close', left)
  request.once('upgrade', (accepted, peer: Socket, first) => resolve({ accepted, peer, first }))
  request.once('response', (refusal) => resolve({ refusal }))
  request.once('error', (cause) =>
    reject(
      cause instanceof OAuthError
        ? cause
        : new OAuthError('bad_gateway', 'the backend could not be reached', { cause }),
    ),
  )
  request.end()
  return promise.finally(() => {
    clearTimeout(late)
    caller.off('close', left)
  })
}

function switching(rawHeaders: string[], id = ''): string {
  const lines = pairs(rawHeaders)
    .filter(([name]) => passedDown.has(name.toLowerCase()))
    .map(([name, value]) => `${name}: ${value}`)
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `${requestIdHeader}: ${id}`,
    ...lines,
    '',
    '',
  ].join('\r\n')
}
