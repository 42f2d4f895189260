import { plainClient } from '#lib/callers/plain-client.ts'
import { authenticationMethodOf } from '#lib/config/client-of.ts'
import type { Client } from '#lib/config/clients.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import { peekForm } from '#lib/http/peek-form.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import { introspectToken } from '#lib/oidc/introspect-token.ts'
import { revokeWebNonce } from '#lib/oidc/web-nonce-endpoints.ts'
import { noteEnded } from '#lib/sessions/end-session.ts'
import { getSession, getSessionCaching } from '#lib/sessions/get-session.ts'
import { isWebNonce } from '#lib/sessions/web-nonce.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import type { Exchange } from './endpoint.ts'
import { openIdProvider } from './openid-provider.ts'

const names = new Set(['token', 'token_type_hint', 'client_id', 'client_secret'])
/** What asks the library for more than these two endpoints answer here: CORS, and other authentication. */
const others = ['origin', 'dpop', 'oauth-client-attestation', 'oauth-client-attestation-pop']

/** What the library says of CORS to who is no page. */
const asTheLibrary = {
  Vary: 'Origin',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'WWW-Authenticate',
}

/**
 * `POST /oidc/introspect` (RFC 7662, section 2.1). A plain question about a good web nonce, or about a good
 * opaque token of who asks, is answered here, because it comes with every call; the library answers every
 * other one. Both answer alike.
 */
export async function introspect(exchange: Exchange): Promise<void> {
  const { res, runtime } = exchange
  const { issuer } = runtime.oidc
  const found = await lean(exchange, async (token, { client_id: asking, ...client }) => {
    if (authenticationMethodOf(client) === 'none') return undefined
    const session = await getSession(token, { resourceServer: asking, issuer }, runtime)
    if (session) return { answer: session, caching: getSessionCaching }
    const own = await introspectToken(token, { clientId: asking, issuer }, runtime)
    if (own) noteRequest({ sid: own.sid })
    return own && { answer: own.answer, caching: 'no-store' }
  })
  if (!found) return openIdProvider(exchange)
  const body = JSON.stringify(found.answer)
  res.writeHead(200, {
    ...asTheLibrary,
    'cache-control': found.caching,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  })
  res.end(body)
}

/** `POST /oidc/revoke` (RFC 7009, section 2.1): a client's own web nonce here, all else by the library. */
export async function revoke(exchange: Exchange): Promise<void> {
  const { res, runtime } = exchange
  const needs = { ...runtime, ended: (...ended: EndedWith) => noteEnded(...ended, runtime) }
  const isRevoked = await lean(exchange, (token, client) => revokeWebNonce(token, client.client_id, needs))
  if (!isRevoked) return openIdProvider(exchange)
  res.writeHead(200, { ...asTheLibrary, 'Content-Length': 0 })
  res.end()
}

type EndedWith = [ended: Parameters<typeof noteEnded>[0], why: Parameters<typeof noteEnded>[1]]

// `undefined` for all that the library has to judge, the failures among them.
async function lean<Found>(
  { req, caller, runtime }: Exchange,
  find: (token: string, client: Client) => Promise<Found>,
): Promise<Found | undefined> {
  if (others.some((name) => req.headers[name] !== undefined)) return undefined
  const form = await peekForm(req, names)
  if (!form?.token || !isWebNonce(form.token)) return undefined
  const client = plainClient(req.headers.authorization, form, runtime.config)
  if (!client) return undefined
  try {
    const address = addressKey(caller, runtime.trustedProxies)
    await runtime.limits.requireRoom('clientSecrets', address && `${client.client_id} ${address}`)
    const found = await find(form.token, client)
    noteRequest({ client: client.client_id })
    return found
  } catch (error) {
    if (isOAuthError(error) || isDatabaseAway(error)) return undefined
    throw error
  }
}
