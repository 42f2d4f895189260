import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import type { Sink } from '#lib/backends/forward.ts'
import type { Runtime } from '#lib/runtime.ts'
import { bearerToken } from './authenticate.ts'
import { admit, backendAddress, incomingOf, passOn } from './backend-call.ts'
import { answerPreflight, originHeaders } from './cors.ts'
import { closeUnlessComplete, endAnswer } from './end-answer.ts'
import { sendError } from './error-answer.ts'

/**
 * `/api/backends/{name}/{path…}`: forwards a signed-in person's call with a bearer token, on Node's own request and response:
 * the path stays as it came and both bodies stream. Returns `false` when the address is another.
 */
export async function proxyLane(
  req: IncomingMessage,
  res: ServerResponse,
  runtime: Runtime,
): Promise<boolean> {
  const address = backendAddress(req.url ?? '')
  if (!address) return false
  const allowed = originHeaders(req, runtime)
  const methods = runtime.config.backends.find(({ name }) => name === address.name)?.methods
  if (methods && answerPreflight(req, res, allowed, { methods })) return true
  const incoming = incomingOf(req, address, hasBody(req) ? detached(req) : null)
  // What rides on a cookie stays closed to them.
  const open = bearerToken(incoming.caller) === undefined ? [] : allowed
  const sink = sinkOf(res, open)
  try {
    const admitted = await admit(incoming, runtime)
    await passOn(admitted, sink, runtime)
  } catch (error) {
    for (const [name, value] of open) res.setHeader(name, value)
    if (!sink.isGone()) sendError(res, error, runtime.log)
  }
  return true
}

// RFC 9112, section 6: a request has a body when one of these says so.
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

// The body apart from its socket: when a call ends early its body is destroyed, and the answer still needs the socket.
function detached(req: IncomingMessage): Readable {
  const body = new PassThrough()
  req.once('close', () => {
    if (!req.complete) body.destroy(new Error('the caller broke off its body'))
  })
  return req.pipe(body)
}

function sinkOf(res: ServerResponse, open: [string, string][]): Sink {
  return {
    start(status, headers) {
      closeUnlessComplete(res)
      res.writeHead(status, open.length > 0 ? [...headers, ...open.flat(), 'Vary', 'Origin'] : headers)
      // A small answer follows at once and goes out with its headers in one piece.
      res.cork()
    },
    flush() {
      if (res.writableEnded) return
      // An empty chunk sends the headers as the bytes they are; `flushHeaders` would make UTF-8 of them.
      res.write(Buffer.alloc(0))
      res.uncork()
    },
    write: (chunk) => res.write(chunk),
    onDrain: (resume) => void res.once('drain', resume),
    end: () => endAnswer(res),
    breakOff: () => void res.destroy(),
    isGone: () => res.closed && !res.writableFinished,
    onGone: (act) => void res.once('close', () => res.writableFinished || act()),
  }
}
