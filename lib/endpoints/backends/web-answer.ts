import type { Sink } from '#lib/backends/forward.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Upload } from './upload.ts'

/** Bytes of an answer that may wait for a slow receiver. */
const highWaterMark = 64 * 1024

/** An answer of a backend as it becomes a web response, chunk by chunk. */
export class WebAnswer implements Sink {
  readonly response: Promise<Response>
  /** Rejects the response, unless its receiver has gone. */
  readonly refuse: (error: unknown) => void
  readonly #answered: (response: Response) => void
  readonly #signal: AbortSignal
  readonly #left = new AbortController()
  readonly #hasBody: boolean
  readonly #upload: Upload | undefined
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #resume: (() => void) | undefined
  #hasEnded = false

  constructor({ method, signal }: Request, upload: Upload | undefined) {
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    this.response = promise
    this.#answered = resolve
    this.refuse = (error) => (this.isGone() ? this.leave() : reject(error))
    this.#hasBody = method !== 'HEAD'
    this.#upload = upload
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
    // Next would take the name off and leave the bytes, which no receiver could read then.
    if (!/^(identity)?$/i.test(fields.get('content-encoding') ?? ''))
      throw new OAuthError('bad_gateway', 'the backend encodes its answer without being asked')
    if (this.#upload && !this.#upload.isComplete) fields.set('connection', 'close')
    const hasBody = this.#hasBody && ![204, 205, 304].includes(status)
    const body = hasBody
      ? new ReadableStream<Uint8Array>(
          {
            start: (controller) => {
              this.#controller = controller
            },
            pull: () => {
              const resume = this.#resume
              // Before it is called: the chunks that follow may fill the stream again.
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

  // Next sends the headers with the first chunk, which may be empty.
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
    // A caller that is still sending would lose the answer with a connection that is closed over unread
    // bytes.
    const sent = this.#upload && !this.#upload.isComplete ? this.#upload.lingered() : undefined
    if (sent) void sent.then(() => this.#close())
    else this.#close()
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

  #close(): void {
    if (!this.isGone()) this.#controller?.close()
  }
}
