import { admit, backendAddress } from '#lib/backends/admit.ts'
import { passOn } from '#lib/backends/pass-on.ts'
import { callerOf } from '#lib/callers/caller.ts'
import { errorResponse } from '#lib/http/error-answer.ts'
import type { Runtime } from '#lib/runtime.ts'
import { Upload } from './upload.ts'
import { WebAnswer } from './web-answer.ts'

/**
 * `/api/backends/{name}/{path…}` as a route handler, over the same core as `proxy`, for where Next is the
 * entry. What Next has done to the request by then (docs/decisions/0011) stays done. Never rejects.
 */
export async function proxyAsRoute(request: Request, runtime: Runtime): Promise<Response> {
  const upload = request.body ? new Upload(request.body) : undefined
  try {
    const { pathname, search } = new URL(request.url)
    const admitted = await admit(
      {
        caller: callerOf(request),
        address: backendAddress(pathname + search),
        rawHeaders: headersOf(request),
        // Next names the peer in a header that a caller can send as well.
        peer: '',
        body: upload?.body ?? null,
      },
      runtime,
    )
    const answer = new WebAnswer(request, upload)
    passOn(admitted, answer, runtime).then(() => answer.leave(), answer.refuse)
    return await answer.response
  } catch (error) {
    upload?.discard()
    const refusal = errorResponse(error, runtime.log)
    return upload ? lingering(refusal, upload) : refusal
  }
}

// Next takes the encoding's name off an answer and leaves the body as it is, so none is asked for.
function headersOf({ headers }: Request): string[] {
  const sent = [...headers].filter(([name]) => name !== 'accept-encoding')
  return [...sent, ['accept-encoding', 'identity']].flat()
}

// A caller that is still sending would lose an answer whose connection is closed over unread bytes.
function lingering({ status, headers, body }: Response, upload: Upload): Response {
  if (upload.isComplete || !body) return new Response(body, { status, headers })
  headers.set('connection', 'close')
  const late = new TransformStream<Uint8Array, Uint8Array>({ flush: () => upload.lingered() })
  return new Response(body.pipeThrough(late), { status, headers })
}
