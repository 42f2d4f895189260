import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as nextRound, setTimeout as sleep } from 'node:timers/promises'
import { clientAddress } from '#lib/http/client-address.ts'
import { linger } from '#lib/http/end-answer.ts'
import { sendError } from '#lib/http/error-answer.ts'
import { newRequestId, requestIdHeader } from '#lib/http/request-id.ts'
import { whyNotListening } from '#lib/http/why-not-listening.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { report } from '#lib/telemetry/reports.ts'
import { whileAnswering } from '#lib/telemetry/request-record.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { tellServing, whichWorker } from '#lib/workers/worker.ts'
import { answering } from './answering.ts'
import { stopReasons } from './stop-reasons.ts'

/** Bytes of a request line and its headers. */
export const longestHead = 16 * 1024
const patience = 10_000
/** Milliseconds for which a stop waits for a moment at which no connection waits to be taken. */
const longestWait = 100
/** Connections that may wait to be taken; the kernel may have a lower limit (`net.core.somaxconn`). */
const backlog = 4096
// Longer than the minute that most load balancers keep an idle connection, so that the load balancer closes
// it.
const keepAlive = 65_000

/**
 * Listens, and resolves with the exit code after SIGTERM or SIGINT, the word of the primary, or a fault that
 * nothing has caught. After SIGTERM, or when another worker takes its place, new calls are taken for
 * `drainSeconds` more. Then streams end, running calls finish, and those that still run after ten seconds are
 * broken off. Rejects when the address cannot be listened on.
 */
export async function serveUntilStopped(server: Server, runtime: Runtime): Promise<number> {
  const { config, log, leaving } = runtime
  const unused = await listen(server, runtime)
  const { stop, hurry, isFaulty } = stopReasons(log)
  tellServing()
  tell(log, 'server.started', { url: config.url, port: config.listen.port, ...whichWorker })

  const reason = await stop
  leaving.abort(reason)
  const drainSeconds = reason === 'SIGTERM' || reason === 'replaced' ? config.drainSeconds : 0
  tell(log, 'server.stopping', { signal: reason, drainSeconds, ...whichWorker })
  if (drainSeconds > 0) await Promise.race([sleep(drainSeconds * 1000), hurry])
  await close(server, unused, runtime)
  return isFaulty() ? 1 : 0
}

// Resolves with the connections that have carried no request yet.
async function listen(server: Server, runtime: Runtime): Promise<Set<Duplex>> {
  const { config, log } = runtime
  const { host, port } = config.listen
  // An upload through the proxy may take as long as its bytes move; forms have a deadline of their own.
  server.requestTimeout = 0
  server.keepAliveTimeout = keepAlive
  // Browsers open connections before they need them; Node does not count these among the idle ones.
  const unused = new Set<Duplex>()
  server.on('connection', (socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', ({ socket }) => unused.delete(socket))
  server.on('clientError', (error, socket) => refuseUnreadable(error, socket, runtime))
  server.on('checkExpectation', (req, res) => {
    const refusal = new OAuthError('invalid_request', 'the Expect header is not supported')
    answering(req, res, runtime, () => sendError(res, refusal, log))
  })
  server.listen({ port, host, backlog })
  await once(server, 'listening').catch((cause) => {
    throw new Error(whyNotListening(cause, port, 'PORT'), { cause })
  })
  return unused
}

async function close(server: Server, unused: Set<Duplex>, runtime: Runtime): Promise<void> {
  const { streams, revocations, upgraded } = runtime
  const closed = once(server, 'close')
  await untilQueueIsEmpty(server)
  server.close()
  revocations.leave()
  streams.leave()
  // A request may be on its way on a connection that was just made, and WebSockets that have got a frame that
  // closes them end by themselves.
  setTimeout(() => {
    for (const socket of [...unused, ...upgraded]) socket.destroy()
  }, linger)
  // A connection turns idle when its answer has gone out; nothing more is to come on it.
  const closeIdle = setInterval(() => server.closeIdleConnections(), 50)
  const breakOff = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearInterval(closeIdle)
  clearTimeout(breakOff)
  for (const socket of upgraded) socket.destroy()
}

// The system resets connections that wait to be taken when nobody listens any more. Right after one was taken
// none waits, unless much else happened meanwhile.
async function untilQueueIsEmpty(server: Server): Promise<void> {
  let taken = 0
  const note = () => {
    taken = performance.now()
  }
  server.on('connection', note)
  for (const end = performance.now() + longestWait; performance.now() < end; ) {
    await nextRound()
    if (performance.now() - taken < 1) break
  }
  server.off('connection', note)
}

// What Node could not read as HTTP has no request to answer: a short text, and the connection ends.
function refuseUnreadable(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  { log, trustedProxies }: Runtime,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW'
  const body = JSON.stringify({
    error: 'invalid_request',
    error_description: tooLong ? 'the headers are too long' : 'this is not an HTTP request',
  })
  const status = tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const id = newRequestId()
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json',
    'Cache-Control: no-store',
    `${requestIdHeader}: ${id}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  const answer = `${head.join('\r\n')}\r\n\r\n${body}`
  socket.end(answer)
  const peer = (socket as Socket).remoteAddress ?? ''
  const from = { peer, forwardedFor: undefined, forwarded: undefined, trusted: trustedProxies }
  const code = tooLong ? 431 : 400
  const nothing = { route: undefined, method: undefined, backend: undefined }
  report('request', { ...nothing, status: code, seconds: 0, isStream: false })
  const line = { status: code, bytes: answer.length, address: clientAddress(from).address }
  whileAnswering({ id }, () => tell(log, 'access', line))
  // The other side may never end, and what it still sends would keep the connection open.
  setTimeout(() => socket.destroy(), linger).unref()
}
