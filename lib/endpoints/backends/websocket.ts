import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { type Admitted, admit, backendAddress, incomingOf } from '#lib/backends/admit.ts'
import type { Passage } from '#lib/backends/forward.ts'
import { openPassage } from '#lib/backends/open-passage.ts'
import { pairs } from '#lib/backends/request-headers.ts'
import { Frames, goingAway } from '#lib/backends/websocket-frames.ts'
import { requestIdHeader } from '#lib/http/request-id.ts'
import type { Runtime } from '#lib/runtime.ts'
import { whileLive } from '#lib/sessions/while-live.ts'
import { currentRequest } from '#lib/telemetry/request-record.ts'
import type { Exchange } from '../endpoint.ts'
import { sinkOf } from './on-node.ts'

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
  if (req.socket.destroyed) return
  const person = session.user.id
  req.socket.once('close', gate.enterStream(backend, person))
  const handshake = pairs(req.rawHeaders).filter(([name]) => passedUp.has(name.toLowerCase()))
  // A handshake has no content to describe.
  const asked = [...pairs(call.headers)].filter(([name]) => !/^content-/i.test(name))
  const headers = [...asked, ...handshake].flat()
  const sink = sinkOf(res, [])
  let passage: Passage | undefined
  sink.onGone(() => passage?.abort())
  const { upgraded: accepted } = await gate.through(backend, person, () => {
    passage = openPassage({ ...call, headers, upgrade: 'websocket' }, backend, runtime.backends, sink)
    return passage.answered
  })
  if (!accepted) return sink.flush()
  const peer = accepted.peer as Socket
  res.detachSocket(req.socket)
  // For the log: the handshake is answered past the response.
  res.statusCode = 101
  req.socket.write(switching(accepted.rawHeaders, currentRequest()?.id))
  if (head.length > 0) peer.write(head)
  const goAway = closing({ from: req.socket, sent: head }, { from: peer })
  const over = whileLive(session, { breakOff: () => req.socket.destroy(), leave: goAway }, runtime)
  upgraded.add(req.socket)
  pipeline(req.socket, peer, req.socket, () => {
    over()
    upgraded.delete(req.socket)
    req.socket.destroy()
    peer.destroy()
  })
  endTogether(req.socket, peer, backend.idleTimeoutMs)
}

type Side = { from: Socket; sent?: Buffer }

/**
 * Watches the frames of both directions, of which the first bytes have been sent. Returns the function that
 * closes the WebSocket as the server goes away.
 */
function closing(caller: Side, backend: Side): () => void {
  const directions = [
    { ...caller, to: backend.from, masked: true, frames: new Frames() },
    { ...backend, to: caller.from, masked: false, frames: new Frames() },
  ]
  for (const { from, sent, frames } of directions) {
    if (sent) frames.pass(sent)
    // Before the pipe: what the frames know is then what has been written.
    from.prependListener('data', (chunk) => frames.pass(chunk))
  }
  return () => {
    for (const { from, to, masked, frames } of directions) {
      from.unpipe(to)
      from.resume()
      // Within a frame there is no place for another one: that side sees its end alone.
      if (frames.isBetween) to.write(goingAway({ masked }))
      to.end()
    }
  }
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
