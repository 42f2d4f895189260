import { Transform, type TransformCallback } from 'node:stream'
import { OAuthError } from '#lib/oauth/error.ts'

/** Ends a forwarded call when nothing has moved for too long, or when its caller leaves. */
export class Watchdog {
  readonly signal: AbortSignal
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(caller: AbortSignal) {
    this.signal = AbortSignal.any([caller, this.#controller.signal])
  }

  /** From now on something has to move within so many milliseconds, each time anew. */
  expect(what: string, milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const waited = `waited ${milliseconds} ms for ${what}`
      this.#controller.abort(
        new OAuthError('gateway_timeout', 'the backend did not answer in time', { detail: waited }),
      )
    }, milliseconds)
  }

  /** Something moved. */
  moved(): void {
    this.#timer?.refresh()
  }

  /** From now on anything may take as long as it likes. */
  rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

/** A stream that passes chunks on as they are and tells of each one's size. */
export function meter(onChunk: (bytes: number) => Error | undefined, onEnd: () => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      const fault = onChunk(chunk.byteLength)
      if (fault) done(fault)
      else done(null, chunk)
    },
    flush(done: TransformCallback) {
      onEnd()
      done()
    },
  })
}
