import { PassThrough, pipeline, Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { Sink } from '#lib/backends/forward.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { admit, backendAddress, passOn } from './backend-call.ts'
import { callerOf } from './caller.ts'

/** Bytes of an answer that may wait for a slow receiver. */
const highWaterMark = 64 * 1024

/**
 * `/api/backends/{name}/{path…}` as a route handler, over the same core as the proxy lane, for where Next is the entry. What Next has done
 * to the request by then (docs/decisions/0011) stays done. Throws what `admit` and a call throw.
 */
export async function proxyRequest(request: Request, runtime: Runtime): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const admitted = await admit(
    {
      caller: callerOf(request),
      address: backendAddress(pathname + search) ?? { name: '', rest: '' },
      rawHeaders: headersOf(request),
      // Next says who called in a header that a caller can send as well.
      peer: '',
      body: request.body && detached(request.body),
    },
    runtime,
  )
  const answer = new WebAnswer(request)
  passOn(admitted, answer, runtime).then(() => answer.leave(), answer.refuse)
  return answer.response
}

// The body apart from its socket: when a call ends early its body is destroyed, and the answer still needs the socket.
function detached(body: ReadableStream<Uint8Array>): Readable {
  const copy = new PassThrough()
  pipeline(Readable.fromWeb(body as NodeReadableStream), copy, () => {})
  return copy
}

// Next takes the encoding's name off an answer and leaves the body as it is, so none is asked for.
function headersOf({ headers }: Request): string[] {
  const sent = [...headers].filter(([name]) => name !== 'accept-encoding')
  return [...sent, ['accept-encoding', 'identity']].flat()
}

/** An answer of a backend as it becomes a web response, chunk by chunk. */
class WebAnswer implements Sink {
  readonly response: Promise<Response>
  /** Answers with an error, unless nobody is there to be told. */
  readonly refuse: (error: unknown) => void
  readonly #answered: (response: Response) => void
  readonly #signal: AbortSignal
  readonly #left = new AbortController()
  readonly #hasBody: boolean
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #resume: (() => void) | undefined
  #hasEnded = false

  constructor({ method, signal }: Request) {
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    this.response = promise
    this.#answered = resolve
    this.refuse = (error) => (this.isGone() ? this.leave() : reject(error))
    this.#hasBody = method !== 'HEAD'
    this.#signal = AbortSignal.any([signal, this.#left.signal])
  }

  /** Settles the answer of a caller who has gone; it goes nowhere. */
  leave(): void {
    this.#answered(new Response(null))
  }

  start(status: number, headers: string[]): void {
    const fields = new Headers()
    for (let index = 0; index + 1 < headers.length; index += 2)
      fields.append(headers[index] as string, headers[index + 1] as string)
    // Next would take the name off and leave the bytes, which nobody could read then.
    if (!/^(identity)?$/i.test(fields.get('content-encoding') ?? ''))
      throw new OAuthError('bad_gateway', 'the backend encodes its answer without being asked')
    const hasBody = this.#hasBody && ![204, 205, 304].includes(status)
    const body = hasBody
      ? new ReadableStream<Uint8Array>(
          {
            start: (controller) => {
              this.#controller = controller
            },
            pull: () => {
              const resume = this.#resume
              // Before it is called: the chunks that come of it may fill the stream again.
              this.#resume = undefined
              resume?.()
            },
            cancel: () => this.#left.abort(),
          },
          new ByteLengthQueuingStrategy({ highWaterMark }),
        )
      : null
    this.#answered(new Response(body, { status, headers: fields }))
  }

  // Next sends the headers with the first chunk, be it empty.
  flush(): void {
    if (!this.isGone() && !this.#hasEnded) this.#controller?.enqueue(new Uint8Array(0))
  }

  write(chunk: Uint8Array): boolean {
    if (!this.#controller || this.isGone()) return true
    this.#controller.enqueue(chunk)
    return (this.#controller.desiredSize ?? 1) > 0
  }

  onDrain(resume: () => void): void {
    this.#resume = resume
  }

  end(): void {
    this.#hasEnded = true
    if (!this.isGone()) this.#controller?.close()
  }

  breakOff(error: OAuthError): void {
    this.#hasEnded = true
    if (!this.isGone()) this.#controller?.error(error)
  }

  isGone(): boolean {
    return this.#signal.aborted
  }

  onGone(act: () => void): void {
    this.#signal.addEventListener('abort', act, { once: true })
  }
}
