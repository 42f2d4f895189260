import { pipeline, type Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { Backend } from '#lib/config/schema.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { pairs } from './request-headers.ts'
import { responseHeaders } from './response-headers.ts'
import { meter, Watchdog } from './watchdog.ts'

export type Call = {
  method: string
  path: string
  headers: string[]
  /** `null` when the call has no body. */
  body: Readable | null
  /** Aborted when the caller leaves. */
  signal: AbortSignal
}

export type Answer = { status: number; headers: string[]; body: Readable }

/**
 * Makes a call to a backend and returns its answer as a stream; nothing is gathered either way. Throws
 * `bad_gateway`, `gateway_timeout` or `payload_too_large`; a failure after the headers breaks the stream off.
 */
export async function forward(call: Call, backend: Backend, dispatcher: Dispatcher): Promise<Answer> {
  const watchdog = new Watchdog(call.signal)
  try {
    const response = await dispatcher.request({
      origin: new URL(backend.url).origin,
      path: call.path,
      method: call.method as Dispatcher.HttpMethod,
      headers: call.headers,
      body: upload(call.body, backend, watchdog),
      signal: watchdog.signal,
      responseHeaders: 'raw',
      // The watchdog tells a slow upload or an event stream from a stuck backend; undici's own timers cannot.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const headers = response.headers as unknown as string[]
    return {
      status: response.statusCode,
      headers: responseHeaders(headers),
      body: download(response.body, headers, backend, watchdog),
    }
  } catch (error) {
    watchdog.rest()
    throw asGatewayError(error, backend)
  }
}

function upload(body: Readable | null, backend: Backend, watchdog: Watchdog): Readable | null {
  const awaitAnswer = () => watchdog.expect('an answer', backend.timeoutMs)
  if (!body) {
    awaitAnswer()
    return null
  }
  watchdog.expect('more of the call', backend.idleTimeoutMs)
  let sent = 0
  const count = (bytes: number) => {
    watchdog.moved()
    sent += bytes
    return sent > backend.maxBodyBytes ? tooLarge(backend) : undefined
  }
  return pipeline(body, meter(count, awaitAnswer), noop)
}

function download(body: Readable, headers: string[], backend: Backend, watchdog: Watchdog): Readable {
  if (isEventStream(headers)) watchdog.rest()
  else watchdog.expect('more of the answer', backend.idleTimeoutMs)
  const moved = () => {
    watchdog.moved()
    return undefined
  }
  return pipeline(body, meter(moved, noop), () => watchdog.rest())
}

/** The refusal of a body that is longer than the backend takes. */
export function tooLarge({ maxBodyBytes }: Backend): OAuthError {
  return new OAuthError('payload_too_large', `the body is larger than ${maxBodyBytes} bytes`)
}

function isEventStream(headers: string[]): boolean {
  return pairs(headers).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && /^text\/event-stream\b/i.test(value),
  )
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

function noop(): void {}
