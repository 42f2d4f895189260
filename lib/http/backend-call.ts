import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { backendToken } from '#lib/backends/backend-token.ts'
import { type Call, Passage, type Sink, tooLarge } from '#lib/backends/forward.ts'
import { forwardedHeaders } from '#lib/backends/forwarded.ts'
import { requestHeaders } from '#lib/backends/request-headers.ts'
import { targetPath } from '#lib/backends/target-path.ts'
import type { Backend } from '#lib/config/backends.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { liveSession } from '#lib/sessions/live-session.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { nodeCallerOf } from './caller.ts'

// The name is empty where none is given: there is nothing else below this address.
const address = /^\/api\/backends(?![^/?])(?:\/([^/?]*))?(.*)$/
/** Milliseconds between looks whether the session of a stream still lives: no fewer, and no more than Node's timers can hold. */
const shortestTimer = 1_000
const longestTimer = 2 ** 31 - 1

export type Incoming = {
  caller: Caller
  address: BackendAddress
  rawHeaders: readonly string[]
  peer: string
  body: Readable | null
}

/** A call as Node's own request brings it, with its body where there is one. */
export function incomingOf(req: IncomingMessage, address: BackendAddress, body: Readable | null): Incoming {
  return {
    caller: nodeCallerOf(req),
    address,
    rawHeaders: req.rawHeaders,
    peer: req.socket.remoteAddress ?? '',
    body,
  }
}

export type Admitted = { backend: Backend; session: LiveSession; call: Call }

export type BackendAddress = {
  /** Of the backend. */
  name: string
  /** Path and query that follow, as they came. */
  rest: string
}

/** What a request target names; `undefined` when it is no target of the proxy. */
export function backendAddress(target: string): BackendAddress | undefined {
  const found = address.exec(target)
  if (!found) return undefined
  const [, name = '', rest = ''] = found
  return { name, rest }
}

/**
 * Everything that is checked before a backend hears of a call, and the call as it will be made. Throws the refusals of the contract:
 * `not_found`, `method_not_allowed`, `invalid_request`, `invalid_token`, `csrf`, `access_denied`, `payload_too_large`.
 */
export async function admit(incoming: Incoming, runtime: Runtime): Promise<Admitted> {
  const { config, trustedProxies } = runtime
  const { caller, rawHeaders } = incoming
  const { name, rest } = incoming.address
  const backend = config.backends.find((candidate) => candidate.name === name)
  if (!backend) throw new OAuthError('not_found', 'there is no backend of this name')
  const method = caller.method ?? ''
  if (!backend.methods.includes(method))
    throw new OAuthError('method_not_allowed', 'this backend does not take this method', {
      allow: backend.methods,
    })
  const path = targetPath(backend.url, rest)
  const authenticated = await authenticate(caller, runtime, { navigable: backend.navigable })
  const authorization = `Bearer ${await backendToken(backend, authenticated, runtime)}`
  if (Number(caller.header('content-length') ?? 0) > backend.maxBodyBytes) throw tooLarge(backend)
  const forwarded = forwardedHeaders({
    peer: incoming.peer,
    forwardedFor: caller.header('x-forwarded-for'),
    forwarded: caller.header('forwarded'),
    trusted: trustedProxies,
    origin: config.url,
  })
  const headers = requestHeaders(rawHeaders, backend.requestHeaders, { ...forwarded, authorization })
  return { backend, session: authenticated.session, call: { method, path, headers, body: incoming.body } }
}

/**
 * Makes an admitted call, when there is a place for it, and gives its answer to the sink. Resolves when all is over, early when the
 * sink's receiver has gone; throws what keeps the call from being answered.
 */
export async function passOn(
  { backend, session, call }: Admitted,
  sink: Sink,
  runtime: Pick<Runtime, 'gate' | 'backends'> & Parameters<typeof whileLive>[2],
): Promise<void> {
  const { gate, backends } = runtime
  let leave = await gate.enter(backend, session.id)
  let passage: Passage | undefined
  sink.onGone(() => passage?.abort())
  try {
    if (sink.isGone()) return
    const { isEventStream } = await gate.through(
      backend,
      () => {
        passage = new Passage(call, backend, backends, sink)
        return passage.answered
      },
      { canProbe: call.body === null },
    )
    if (!passage) return
    sink.flush()
    if (isEventStream) {
      const leaveStream = await gate.enterStream(backend, session.id)
      leave()
      leave = leaveStream
      await untilEnded(passage, session, runtime)
    }
    await passage.finished
  } catch (error) {
    passage?.abort()
    throw error
  } finally {
    leave()
  }
}

// A stream lives no longer than the session that it was opened in.
async function untilEnded(
  passage: Passage,
  session: LiveSession,
  runtime: Parameters<typeof whileLive>[2],
): Promise<void> {
  const over = whileLive(session, () => passage.abort(), runtime)
  await passage.finished
  over()
}

/**
 * Breaks something off when its session ends, be it that it is revoked on any instance, or idle. Returns the function that says that it is over by
 * itself.
 */
export function whileLive(
  session: LiveSession,
  breakOff: () => void,
  runtime: Parameters<typeof liveSession>[1] & Pick<Runtime, 'streams'>,
): () => void {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const forget = runtime.streams.add(session.id, breakOff)
  const look = () =>
    liveSession(session.id, runtime).then(
      (now) => (now ? wait(now) : isOver || breakOff()),
      // It cannot be known just now; the feed breaks it off when that lasts.
      () => wait(session),
    )
  const wait = ({ expiresAt, idleUntil }: LiveSession) => {
    if (isOver) return
    const ends = Math.min(expiresAt.getTime(), idleUntil?.getTime() ?? Number.POSITIVE_INFINITY)
    clearTimeout(timer)
    timer = setTimeout(look, Math.min(Math.max(ends - Date.now(), shortestTimer), longestTimer))
    timer.unref()
  }
  // It may have ended since it was looked at, before there was anything to break off.
  void look()
  return () => {
    isOver = true
    clearTimeout(timer)
    forget()
  }
}
