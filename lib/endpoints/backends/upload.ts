import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { linger } from '#lib/http/end-answer.ts'

/**
 * The body of a web request apart from its socket. A call that ends early destroys `body`; the upload is
 * still taken in then, and dropped, as breaking it off would close the socket that the answer needs.
 */
export class Upload {
  readonly body: Readable
  /** Whether all of it has arrived. */
  isComplete = false
  readonly #arriving: Promise<void>

  constructor(stream: ReadableStream<Uint8Array>) {
    const body = new PassThrough()
    // A caller may break off its upload before a call reads it, or after.
    body.on('error', () => {})
    this.body = body
    this.#arriving = this.#takeIn(stream, body).then(
      () => {
        this.isComplete = true
        body.end()
      },
      (cause) => void body.destroy(new Error('the caller broke off its body', { cause })),
    )
  }

  /** Drops what has arrived and what is still to come: the call will not read it. */
  discard(): void {
    this.body.destroy()
  }

  /** Resolves when all of it has arrived or its caller has gone, and after a second at the latest. */
  async lingered(): Promise<void> {
    await Promise.race([this.#arriving, sleep(linger, undefined, { ref: false })])
  }

  async #takeIn(stream: ReadableStream<Uint8Array>, body: PassThrough): Promise<void> {
    for await (const chunk of stream) {
      if (body.destroyed || body.write(chunk)) continue
      await Promise.race([once(body, 'drain'), once(body, 'close')])
    }
  }
}
