import type { BlockList } from 'node:net'
import { errors, type TokenEndpointGrantContext } from 'oidc-provider'
import type { Logger } from 'pino'
import { nodeCallerOf } from '#lib/callers/caller.ts'
import { deviceOf } from '#lib/callers/device.ts'
import type { Config } from '#lib/config/load.ts'
import type { WhyEnded } from '#lib/db/audit-events.ts'
import type { Database } from '#lib/db/database.ts'
import type { Ended } from '#lib/db/sessions.ts'
import type { Proof } from '#lib/dpop/verify-proof.ts'
import { askClaims } from '#lib/hooks/ask-claims.ts'
import type { Hooks } from '#lib/hooks/hooks.ts'
import { admitIdToken, type EndOthers } from '#lib/id-tokens/admit-id-token.ts'
import { forExchange } from '#lib/id-tokens/authorized-client.ts'
import { type IssuerKeys, keysOf } from '#lib/id-tokens/issuer-keys.ts'
import { verifyIdToken } from '#lib/id-tokens/verify-id-token.ts'
import { admitPerson } from '#lib/limits/admit-person.ts'
import type { Limits } from '#lib/limits/limits.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import { accessTokenType, idTokenType } from '#lib/oauth/urns.ts'
import type { MetadataCache } from '#lib/providers/metadata.ts'
import { issueWebNonce, sessionOfWebNonce } from '#lib/sessions/web-nonce.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { accessTokenLifetime, alg, signAccessToken } from './access-tokens.ts'
import { resourceServer } from './configuration.ts'
import { paramsOf } from './context.ts'
import { proofOfKey, takeProofOfKey } from './proof-of-key.ts'
import type { SigningKey } from './signing-keys.ts'

/** The parameters of RFC 8693, section 2.1. */
export const exchangeParameters = [
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'resource',
  'audience',
  'scope',
  'actor_token',
  'actor_token_type',
]

/** What the exchange needs; it calls `ended` with the sessions that it has ended. */
export type ExchangeNeeds = {
  db: Database
  config: Config
  metadata: MetadataCache
  issuerKeys: IssuerKeys
  endOthers: EndOthers
  hooks: Hooks
  limits: Limits
  trustedProxies: BlockList
  ended(ended: Ended, why: WhyEnded): Promise<void>
  log: Logger
}

type Exchanged = { access_token: string; expires_in: number }

/**
 * The grant of RFC 8693. It exchanges an ID token of a trusted issuer for a web nonce, and a client's own web
 * nonce for a JWT access token for one backend. With a proof of key, what is issued is bound to that key (RFC
 * 9449, section 5). A subject token that is bad in any way is `invalid_request` (section 2.2.2), a bad
 * resource is `invalid_target` (RFC 8707).
 */
export function tokenExchangeGrant(needs: ExchangeNeeds, keys: SigningKey[]) {
  return async (ctx: TokenEndpointGrantContext): Promise<void> => {
    const { subject_token, subject_token_type, requested_token_type, actor_token } = paramsOf(ctx.oidc)
    if (!subject_token || !subject_token_type)
      throw new errors.InvalidRequest('subject_token and subject_token_type are required')
    if (actor_token) throw new errors.InvalidRequest('an actor_token is not supported')
    if (requested_token_type && requested_token_type !== accessTokenType)
      throw new errors.InvalidRequest('only access tokens are issued')

    const exchange = exchanges.get(subject_token_type)
    if (!exchange) throw new errors.InvalidRequest('subject tokens of this type are not supported')
    const { client } = ctx.oidc
    const proof = await proofOfKey(ctx, '/token', needs)
    if (!proof && client.dpopBoundAccessTokens)
      throw new errors.InvalidDpopProof('this client has to send a DPoP proof')
    const exchanged = await exchange(subject_token, { ctx, clientId: client.clientId, proof, needs, keys })
    const token_type = proof ? 'DPoP' : 'Bearer'
    ctx.body = { ...exchanged, issued_token_type: accessTokenType, token_type }
  }
}

type Asked = {
  ctx: TokenEndpointGrantContext
  clientId: string
  proof: Proof | undefined
  needs: ExchangeNeeds
  keys: SigningKey[]
}

const exchanges = new Map<string, (subjectToken: string, asked: Asked) => Promise<Exchanged>>([
  [idTokenType, forWebNonce],
  [accessTokenType, forAccessToken],
])

async function forWebNonce(token: string, { ctx, clientId, proof, needs }: Asked): Promise<Exchanged> {
  const { config, metadata, issuerKeys, ended: noteEnded } = needs
  const { resource, audience } = paramsOf(ctx.oidc)
  if (resource || audience)
    throw new errors.InvalidTarget(
      'a web nonce is not for a resource: exchange the web nonce for a token that is',
    )
  const { issuer } = ctx.oidc.provider
  const verified = await verifyIdToken(token, {
    trustedIssuers: config.trustedIssuers,
    authorize: forExchange(clientId, [`${issuer}/token`, issuer]),
    keysOf: (of) => keysOf(of, { keys: issuerKeys, metadata, providers: config.providers }),
  }).catch(refuseSubjectToken)
  // Before the operator's own code is asked, which costs more than a count.
  await needs.limits.take('tokens', JSON.stringify([clientId, verified.issuer, verified.subject]))
  const idToken = await admitIdToken(verified, needs)
  await admitPerson(idToken, `client ${clientId}`, needs)
  const device = deviceOf(nodeCallerOf(ctx.req), needs.trustedProxies)
  if (proof) await takeProofOfKey(proof, needs)
  const by = { device, jkt: proof?.jkt ?? null }
  const { sid, webNonce, expiresIn, ended } = await issueWebNonce(idToken, token, by, needs).catch(
    refuseSubjectToken,
  )
  await noteEnded(ended, 'web_nonce_replaced')
  noteRequest({ sid })
  tell(needs.log, 'token_exchange.done', { client: clientId, sid, issued: 'web_nonce' })
  return { access_token: webNonce, expires_in: expiresIn }
}

async function forAccessToken(
  webNonce: string,
  { ctx, clientId, proof, needs, keys }: Asked,
): Promise<Exchanged> {
  const { client, provider } = ctx.oidc
  const params = paramsOf(ctx.oidc)
  // A web nonce that is bound to a key is nothing without it; one that is not may have a token that is.
  const bindings = proof ? ['', proof.jkt] : ['']
  const used = await sessionOfWebNonce(webNonce, { clientIds: [clientId], keys: bindings }, needs)
  if (!used) throw badSubjectToken()
  if (!params.resource || params.audience) throw new errors.InvalidTarget('name one resource')
  const { audience } = resourceServer(params.resource, client, needs)
  const key = keys.find((candidate) => candidate.alg === alg)
  if (!key) throw new Error(`there is no signing key for ${alg}`)
  if (proof) await takeProofOfKey(proof, needs)
  const { issuer } = provider
  const { session } = used
  const about = { client: { clientId }, token: { use: 'access_token', audience } } as const
  const own = await askClaims(session, about, needs)
  const token = await signAccessToken(session, { audience, clientId, issuer, key, jkt: proof?.jkt, own })
  const { id: sid } = session
  noteRequest({ sid })
  tell(needs.log, 'token_exchange.done', { client: clientId, sid, issued: 'access_token', audience })
  return { access_token: token, expires_in: accessTokenLifetime }
}

// What `/api/nonce` calls `invalid_grant` is a bad subject token here (RFC 8693, section 2.2.2).
function refuseSubjectToken(error: unknown): never {
  throw isOAuthError(error) && error.code === 'invalid_grant' ? badSubjectToken(error) : error
}

function badSubjectToken(cause?: unknown): Error {
  return Object.assign(new errors.InvalidRequest('the subject token is not acceptable'), { cause })
}
