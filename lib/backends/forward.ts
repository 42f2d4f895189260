import type { Duplex, Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { Backend } from '#lib/config/backends.ts'
import { configuredUrl } from '#lib/config/configured-url.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { noteStatus } from '#lib/telemetry/http-span.ts'
import type { Span } from '#lib/telemetry/span.ts'
import type { Connection, Connections } from './connections.ts'
import { callerLeft, gatewayError, leftByCaller, silent, stalled, tooLarge } from './gateway-errors.ts'
import {
  type AnsweredBy,
  isEventStream,
  responseHeaders,
  type Trailers,
  trailerFields,
} from './response-headers.ts'

export type Call = {
  method: string
  path: string
  /** Baton's own origin. */
  origin: string
  headers: string[]
  /** `null` when the call has no body. */
  body: Readable | null
  /** What the connection is to become (RFC 9110, section 7.8). */
  upgrade?: 'websocket'
}

/** What a backend has answered, as far as its headers go. */
type Answered = {
  isEventStream: boolean
  /** Where it agreed to an upgrade, the connection, with its headers. */
  upgraded?: { peer: Duplex; rawHeaders: string[] }
}

/** Where an answer goes: Node's own response, or a web stream. */
export type Sink = {
  start(status: number, headers: string[]): void
  /** Sends what is buffered: the headers of a slow answer must not wait for its body. */
  flush(): void
  /** Writes a chunk; `false` when the sender must wait until the sink calls the `onDrain` callback. */
  write(chunk: Buffer): boolean
  onDrain(resume: () => void): void
  /** The fields of a trailer section go where the receiver can take them. */
  end(trailers: [name: string, value: string][]): void
  /** Ends an answer that has begun and cannot be finished. */
  breakOff(error: OAuthError): void
  /** Whether the receiver left before the end. */
  isGone(): boolean
  /** Calls `act` when that happens. */
  onGone(act: () => void): void
}

/**
 * One call to a backend, passed on chunk by chunk. Nothing is collected or copied, and a slow receiver slows
 * the sender. `answered` resolves with the headers, or rejects with `bad_gateway`, `gateway_timeout` or
 * `payload_too_large`. `finished` resolves when the call is over.
 */
export class Passage implements Dispatcher.DispatchHandler {
  readonly answered: Promise<Answered>
  readonly finished: Promise<void>
  readonly #answered = Promise.withResolvers<Answered>()
  readonly #finished = Promise.withResolvers<void>()
  readonly #call: Call
  readonly #backend: Backend
  readonly #connections: Connections
  readonly #sink: Sink
  readonly #at: AnsweredBy
  readonly #span: Span<'backend.call'> | undefined
  #controller: Dispatcher.DispatchController | undefined
  #connection: Connection | undefined
  #reason: OAuthError | undefined
  #timer: NodeJS.Timeout | undefined
  #patience = 0
  #started = false
  #hasEnded = false
  #begun = 0
  #sent = 0
  #waitsForCaller: boolean

  /** Ends `span` when the call is over, whichever way. */
  constructor(
    call: Call,
    backend: Backend,
    connections: Connections,
    sink: Sink,
    span?: Span<'backend.call'> | undefined,
  ) {
    this.#call = call
    this.#backend = backend
    this.#connections = connections
    this.#sink = sink
    this.#span = span
    this.#at = { backend, path: call.path, origin: call.origin, isHandshake: call.upgrade !== undefined }
    this.answered = this.#answered.promise
    this.finished = this.#finished.promise
    this.#waitsForCaller = call.body !== null
    this.#expect(call.body ? backend.idleTimeoutMs : backend.timeoutMs)
    // A connection that is upgraded never comes back.
    this.#dispatch(call.upgrade ? connections.anew : connections.kept)
  }

  #dispatch(dispatcher: Dispatcher): void {
    const { path, method, headers, body, upgrade = null } = this.#call
    dispatcher.dispatch(
      {
        origin: configuredUrl(this.#backend.url).origin,
        path,
        method: method as Dispatcher.HttpMethod,
        headers,
        body,
        upgrade,
        // Its own timer tells a slow upload or an event stream from a stuck backend; undici's cannot.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      this,
    )
  }

  /** Ends the call. The default reason is that its caller has left. */
  abort(reason?: OAuthError): void {
    this.#reason ??= reason ?? leftByCaller()
    if (this.#controller) this.#controller.abort(this.#reason)
    // Still waiting for a connection: do not let the caller wait for it as well.
    else this.#fail(this.#reason)
  }

  /** Ends an answer that has begun as if its backend had ended it. */
  end(): void {
    this.#hasEnded = true
    this.#sink.end([])
    this.#controller?.abort(new OAuthError('temporarily_unavailable', 'the server stops'))
  }

  onRequestStart(controller: Dispatcher.DispatchController, connection: Connection): void {
    this.#controller = controller
    this.#connection = connection
    this.#begun = performance.now()
    if (this.#reason) controller.abort(this.#reason)
  }

  onBodySent(chunk: Buffer): void {
    this.#timer?.refresh()
    this.#sent += chunk.byteLength
    if (this.#sent > this.#backend.maxBodyBytes) this.abort(tooLarge(this.#backend))
    else if (!this.#started && this.#isTooSlow()) this.abort(stalled(this.#backend, 'too little moved'))
  }

  onRequestSent(): void {
    this.#waitsForCaller = false
    if (!this.#started) this.#expect(this.#backend.timeoutMs)
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: object,
    peer: Duplex,
  ): void {
    const rawHeaders = latin1(controller.rawHeaders as (Buffer | string)[])
    if (this.#span) noteStatus(this.#span, status, 400)
    this.#answered.resolve({ isEventStream: false, upgraded: { peer, rawHeaders } })
    this.#settle()
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // Interim answers (RFC 9110, section 15.2) end at this hop.
    if (status < 200) return
    const rawHeaders = latin1(controller.rawHeaders as (Buffer | string)[])
    const endless = isEventStream(rawHeaders)
    if (endless) this.#stopClock()
    else this.#expect(this.#backend.idleTimeoutMs)
    this.#sink.start(status, responseHeaders(status, rawHeaders, this.#at))
    this.#started = true
    if (this.#span) noteStatus(this.#span, status, 400)
    this.#answered.resolve({ isEventStream: endless })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#timer?.refresh()
    if (this.#sink.write(chunk)) return
    controller.pause()
    this.#sink.onDrain(() => controller.resume())
  }

  onResponseEnd(_: Dispatcher.DispatchController, trailers: Trailers): void {
    this.#sink.end(trailerFields(trailers, this.#at))
    this.#settle()
  }

  onResponseError(_: Dispatcher.DispatchController, thrown: Error): void {
    if (!this.#reason && this.#mayRepeat(thrown)) {
      this.#controller = undefined
      this.#span?.set({ 'http.request.resend_count': 1 })
      this.#dispatch(this.#connections.anew)
    } else this.#fail(this.#reason ?? gatewayError(thrown, this.#backend))
  }

  // A kept connection may have ended just before the call (RFC 9112, section 9.3.1). A new one has not.
  #mayRepeat(thrown: Error): boolean {
    const { method, body } = this.#call
    const connection = this.#connection
    this.#connection = undefined
    const isUnheard = connection?.isReused === true && !connection.hasArrived && !this.#started
    return isUnheard && body === null && idempotent.has(method) && ended.has(codeOf(thrown))
  }

  // A byte now and then keeps no place. What the backend does not take is not its caller's fault.
  #isTooSlow(): boolean {
    const now = performance.now()
    const { heldUp = 0, fullSince = now } = this.#connection ?? {}
    const callers = now - this.#begun - heldUp - (now - fullSince)
    return callers > Math.max(this.#backend.idleTimeoutMs, leastCredit) + (this.#sent / leastRate) * 1000
  }

  #fail(error: OAuthError): void {
    if (!this.#hasEnded) this.#span?.fail(error.options.cause === callerLeft ? 'caller_left' : error.code)
    if (!this.#started) this.#answered.reject(error)
    else if (!this.#hasEnded) this.#sink.breakOff(error)
    this.#settle()
  }

  #stopClock(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #settle(): void {
    this.#stopClock()
    this.#span?.end()
    this.#finished.resolve()
  }

  // Ends the call unless data moves within this time; any data restarts the timer.
  #expect(milliseconds: number): void {
    if (this.#timer && this.#patience === milliseconds) {
      this.#timer.refresh()
      return
    }
    clearTimeout(this.#timer)
    this.#patience = milliseconds
    this.#timer = setTimeout(() => {
      const detail = `nothing moved for ${milliseconds} ms`
      const isCallers = this.#waitsForCaller && this.#connection && this.#connection.fullSince === undefined
      this.abort(isCallers ? stalled(this.#backend, detail) : silent(this.#backend, detail))
    }, milliseconds)
  }
}

/** Milliseconds that an upload may last at least, and bytes that buy it a second more. */
const leastCredit = 30_000
const leastRate = 1024

// RFC 9110, section 9.2.2.
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
const ended = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

function codeOf(error: Error): string {
  return String((error as { code?: unknown }).code)
}

// One character for each byte, in both directions, so that header bytes do not change.
function latin1(headers: (Buffer | string)[]): string[] {
  return headers.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
}
