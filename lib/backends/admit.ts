import type { IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import type { Readable } from 'node:stream'
import { authenticate, type CallerNeeds } from '#lib/callers/authenticate.ts'
import { type Caller, nodeCallerOf } from '#lib/callers/caller.ts'
import type { Backend } from '#lib/config/backends.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { type MaybeLater, whenThere } from '#lib/later/later.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { currentRequest, noteRequest } from '#lib/telemetry/request-record.ts'
import { traceHeaders } from '#lib/telemetry/trace-context.ts'
import { type BackendTokenNeeds, backendToken } from './backend-token.ts'
import type { Call } from './forward.ts'
import { forwardedOn } from './forwarded.ts'
import { tooLarge } from './gateway-errors.ts'
import { requestHeaders } from './request-headers.ts'
import { targetPath } from './target-path.ts'

/** A request target of the proxy: the backend's name, and the rest. */
const address = /^\/api\/backends\/([^/?]*)(.*)$/

type Needs = CallerNeeds &
  BackendTokenNeeds & {
    trustedProxies: BlockList
  }

/** An incoming call from either server. */
type Incoming = {
  caller: Caller
  address: BackendAddress
  rawHeaders: readonly string[]
  peer: string
  body: Readable | null
}

/** The incoming call of Node's own request, with its body if it has one. */
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

type BackendAddress = {
  /** The backend's name; empty if the target has none. */
  name: string
  /** Path and query after the name, as they came. */
  rest: string
}

/** What a target below `/api/backends/` names. */
export function backendAddress(target: string): BackendAddress {
  const [, name = '', rest = ''] = address.exec(target) ?? []
  return { name, rest }
}

/**
 * Checks an incoming call, and returns the call to make to the backend, at once where all that it needs is in
 * memory. Throws or rejects with the contract's refusals:
 * `not_found`, `method_not_allowed`, `invalid_request`, `invalid_token`, `csrf`, `access_denied`,
 * `payload_too_large`.
 */
export function admit(incoming: Incoming, needs: Needs): MaybeLater<Admitted> {
  const { config } = needs
  const { caller } = incoming
  const { name, rest } = incoming.address
  const backend = config.backends.find((candidate) => candidate.name === name)
  if (!backend) throw new OAuthError('not_found', 'there is no backend of this name')
  noteRequest({ backend: name })
  const method = caller.method ?? ''
  if (!backend.methods.includes(method))
    throw new OAuthError('method_not_allowed', 'this backend does not accept this method', {
      allow: backend.methods,
    })
  const path = targetPath(backend.url, rest)
  const authentication = authenticate(caller, needs, { navigable: backend.navigable, proxied: true })
  return whenThere(authentication, (authenticated) =>
    whenThere(backendToken(backend, authenticated, needs), (token) => {
      if (Number(caller.header('content-length') ?? 0) > backend.maxBodyBytes) throw tooLarge(backend)
      const headers = headersOf(incoming, backend, token, needs)
      const call = { method, path, origin: config.url, headers, body: incoming.body }
      return { backend, session: authenticated.session, call }
    }),
  )
}

function headersOf(
  { caller, rawHeaders, peer }: Incoming,
  backend: Backend,
  token: string,
  { config, trustedProxies }: Needs,
): string[] {
  const forwarded = forwardedOn(caller.connection, {
    peer,
    forwardedFor: caller.header('x-forwarded-for'),
    forwarded: caller.header('forwarded'),
    trusted: trustedProxies,
    origin: config.url,
  })
  const { id, trace } = currentRequest() ?? {}
  const authorization = `Bearer ${token}`
  const own = { ...forwarded, ...(id && { 'x-request-id': id }), ...traceHeaders(trace), authorization }
  return requestHeaders(rawHeaders, backend.requestHeaders, own)
}
