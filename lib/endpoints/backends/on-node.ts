import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { admit, backendAddress, incomingOf } from '#lib/backends/admit.ts'
import type { Sink } from '#lib/backends/forward.ts'
import { passOn } from '#lib/backends/pass-on.ts'
import { answerPreflight } from '#lib/http/cors.ts'
import { closeUnlessComplete, endAnswer } from '#lib/http/end-answer.ts'
import { sendError } from '#lib/http/error-answer.ts'
import type { Exchange } from '../endpoint.ts'

/**
 * `/api/backends/{name}/{path…}`: forwards a signed-in person's call with a bearer token. The path stays as
 * it came, and both bodies stream.
 */
export async function proxy({ req, res, target, runtime, cors }: Exchange): Promise<void> {
  const address = backendAddress(target)
  const methods = runtime.config.backends.find(({ name }) => name === address.name)?.methods
  if (methods && answerPreflight(req, res, cors, { methods })) return
  const incoming = incomingOf(req, address, hasBody(req) ? detached(req) : null)
  const sink = sinkOf(res, cors)
  try {
    const admitted = admit(incoming, runtime)
    // The usual call is on its way before anything else runs.
    await passOn(admitted instanceof Promise ? await admitted : admitted, sink, runtime)
  } catch (error) {
    for (const [name, value] of cors) res.setHeader(name, value)
    if (!sink.isGone()) sendError(res, error, runtime.log)
  }
}

// RFC 9112, section 6: a request has a body when one of these says so.
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

// The body apart from its socket: a call that ends early destroys its body, and the answer still needs the
// socket.
function detached(req: IncomingMessage): Readable {
  const body = new PassThrough()
  // A call that is refused never reads it, and its caller may break off.
  body.on('error', () => {})
  req.once('close', () => {
    if (!req.complete) body.destroy(new Error('the caller broke off its body'))
  })
  return req.pipe(body)
}

/** Where an answer goes that Node's own response sends; `open` are the headers of CORS. */
export function sinkOf(res: ServerResponse, open: Exchange['cors']): Sink {
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
    end(trailers) {
      if (trailers.length > 0) res.addTrailers(trailers)
      endAnswer(res)
    },
    breakOff: () => void res.destroy(),
    isGone: () => res.closed && !res.writableFinished,
    onGone: (act) => void res.once('close', () => res.writableFinished || act()),
  }
}
