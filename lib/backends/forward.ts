import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { Backend } from '#lib/config/backends.ts'
import { configuredUrl } from '#lib/config/configured-url.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { isEventStream, responseHeaders } from './response-headers.ts'

export type Call = {
  method: string
  path: string
  headers: string[]
  /** `null` when the call has no body. */
  body: Readable | null
}

/** Where an answer goes: Node's own response, or a web stream. */
export type Sink = {
  start(status: number, headers: string[]): void
  /** Sends what has been kept back: the headers of a slow answer do not wait for its body. */
  flush(): void
  /** Takes a chunk; `false` when it wants no more until it calls what `onDrain` was given. */
  write(chunk: Buffer): boolean
  onDrain(resume: () => void): void
  end(): void
  /** The answer has begun and cannot be finished. */
  breakOff(error: OAuthError): void
  /** Whether its receiver left before the end. */
  isGone(): boolean
  /** Calls back when that happens. */
  onGone(act: () => void): void
}

/**
 * One call on its way through, chunk by chunk: nothing is collected or copied, and a slow receiver slows the
 * sender. `answered` settles with the headers, rejecting with `bad_gateway`, `gateway_timeout` or
 * `payload_too_large`; `finished` resolves when nothing moves any longer.
 */
export class Passage implements Dispatcher.DispatchHandler {
  readonly answered: Promise<{ isEventStream: boolean }>
  readonly finished: Promise<void>
  readonly #answered = Promise.withResolvers<{ isEventStream: boolean }>()
  readonly #finished = Promise.withResolvers<void>()
  readonly #backend: Backend
  readonly #sink: Sink
  #controller: Dispatcher.DispatchController | undefined
  #reason: OAuthError | undefined
  #timer: NodeJS.Timeout | undefined
  #patience = 0
  #started = false
  #sent = 0
  #waitsForCaller: boolean

  constructor(call: Call, backend: Backend, dispatcher: Dispatcher, sink: Sink) {
    this.#backend = backend
    this.#sink = sink
    this.answered = this.#answered.promise
    this.finished = this.#finished.promise
    this.#waitsForCaller = call.body !== null
    this.#expect(call.body ? backend.idleTimeoutMs : backend.timeoutMs)
    dispatcher.dispatch(
      {
        origin: configuredUrl(backend.url).origin,
        path: call.path,
        method: call.method as Dispatcher.HttpMethod,
        headers: call.headers,
        body: call.body,
        // Its own clock tells a slow upload or an event stream from a stuck backend; undici's timers cannot.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      this,
    )
  }

  /** Ends the call, as when its caller has left. */
  abort(reason?: OAuthError): void {
    this.#reason ??= reason ?? new OAuthError('bad_gateway', 'the caller has left', { cause: callerLeft })
    if (this.#controller) this.#controller.abort(this.#reason)
    // Still waiting for a connection: the caller's answer must not wait for that as well.
    else this.#fail(this.#reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#reason) controller.abort(this.#reason)
  }

  onBodySent(chunk: Buffer): void {
    this.#timer?.refresh()
    this.#sent += chunk.byteLength
    if (this.#sent > this.#backend.maxBodyBytes) this.abort(tooLarge(this.#backend))
  }

  onRequestSent(): void {
    this.#waitsForCaller = false
    if (!this.#started) this.#expect(this.#backend.timeoutMs)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // Interim answers (RFC 9110, section 15.2) end at this hop.
    if (status < 200) return
    const rawHeaders = latin1(controller.rawHeaders as (Buffer | string)[])
    const endless = isEventStream(rawHeaders)
    if (endless) this.#stopClock()
    else this.#expect(this.#backend.idleTimeoutMs)
    this.#sink.start(status, responseHeaders(rawHeaders))
    this.#started = true
    this.#answered.resolve({ isEventStream: endless })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#timer?.refresh()
    if (this.#sink.write(chunk)) return
    controller.pause()
    this.#sink.onDrain(() => controller.resume())
  }

  onResponseEnd(): void {
    this.#sink.end()
    this.#settle()
  }

  onResponseError(_: Dispatcher.DispatchController, thrown: Error): void {
    this.#fail(this.#reason ?? asGatewayError(thrown, this.#backend))
  }

  #fail(error: OAuthError): void {
    if (this.#started) this.#sink.breakOff(error)
    else this.#answered.reject(error)
    this.#settle()
  }

  #stopClock(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #settle(): void {
    this.#stopClock()
    this.#finished.resolve()
  }

  // Ends the call unless something moves within so many milliseconds; each move starts the time again.
  #expect(milliseconds: number): void {
    if (this.#timer && this.#patience === milliseconds) {
      this.#timer.refresh()
      return
    }
    clearTimeout(this.#timer)
    this.#patience = milliseconds
    this.#timer = setTimeout(() => {
      const detail = `${this.#backend.name}: nothing moved for ${milliseconds} ms`
      this.abort(
        this.#waitsForCaller
          ? new OAuthError('gateway_timeout', 'the body did not arrive in time', {
              detail,
              cause: callerStalled,
            })
          : new OAuthError('gateway_timeout', 'the backend did not answer in time', { detail }),
      )
    }, milliseconds)
  }
}

/** The reason of a call that ended because its caller has gone. */
export const callerLeft = new Error('the caller has left')

/** The reason of a call that timed out because its caller, not its backend, stopped. */
export const callerStalled = new Error('the caller sent no more of its body')

/** The refusal of a body that is longer than the backend takes. */
export function tooLarge({ maxBodyBytes }: Backend): OAuthError {
  return new OAuthError('payload_too_large', `the body is larger than ${maxBodyBytes} bytes`)
}

// Header bytes as they are: one character a byte, both ways.
function latin1(headers: (Buffer | string)[]): string[] {
  return headers.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
}

function asGatewayError(error: unknown, backend: Backend): OAuthError {
  if (isOAuthError(error)) return error
  const { code } = error as { code?: unknown }
  return code === 'UND_ERR_CONNECT_TIMEOUT'
    ? new OAuthError('gateway_timeout', 'the backend did not answer in time', {
        cause: error,
        detail: backend.name,
      })
    : new OAuthError('bad_gateway', 'the backend could not be reached', {
        cause: error,
        detail: backend.name,
      })
}
