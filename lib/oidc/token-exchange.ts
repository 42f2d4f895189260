import { type Context, errors } from 'oidc-provider'
import { forExchange } from '#lib/id-tokens/authorized-client.ts'
import { keysOf } from '#lib/id-tokens/issuer-keys.ts'
import { verifyIdToken } from '#lib/id-tokens/verify-id-token.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { issueWebNonce, sessionOfWebNonce } from '#lib/sessions/web-nonce.ts'
import { accessTokenLifetime, alg, signAccessToken } from './access-tokens.ts'
import { resourceServer } from './configuration.ts'
import type { SigningKey } from './signing-keys.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'

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

/** What the exchange needs, and whom it tells of sessions that it has ended. */
export type ExchangeNeeds = Pick<Runtime, 'db' | 'config' | 'metadata' | 'issuerKeys'> & {
  ended(sids: string[]): Promise<void>
}

type Exchanged = { access_token: string; expires_in: number }

/**
 * The grant of RFC 8693: an ID token of a trusted issuer for a web nonce, and a web nonce, by its own client, for a JWT access token that one
 * backend takes. A subject token that is bad in any way is `invalid_request` (section 2.2.2), and a resource `invalid_target` (RFC 8707).
 */
export function tokenExchangeGrant(needs: ExchangeNeeds, keys: SigningKey[]) {
  return async (ctx: Context): Promise<void> => {
    const { client, params } = ctx.oidc as Required<NonNullable<Context['oidc']>>
    const { subject_token, subject_token_type, requested_token_type, actor_token } = params
    if (!subject_token || !subject_token_type)
      throw new errors.InvalidRequest('subject_token and subject_token_type are required')
    if (actor_token) throw new errors.InvalidRequest('an actor_token is not taken')
    if (requested_token_type && requested_token_type !== accessTokenType)
      throw new errors.InvalidRequest('only access tokens are issued')

    const exchange = exchanges.get(subject_token_type)
    if (!exchange) throw new errors.InvalidRequest('subject tokens of this type are not taken')
    const exchanged = await exchange(subject_token, { ctx, clientId: client.clientId, needs, keys })
    ctx.body = { ...exchanged, issued_token_type: accessTokenType, token_type: 'Bearer' }
  }
}

type Asked = { ctx: Context; clientId: string; needs: ExchangeNeeds; keys: SigningKey[] }

const exchanges = new Map<string, (subjectToken: string, asked: Asked) => Promise<Exchanged>>([
  [idTokenType, forWebNonce],
  [accessTokenType, forAccessToken],
])

async function forWebNonce(token: string, { ctx, clientId, needs }: Asked): Promise<Exchanged> {
  const { config, metadata, issuerKeys, ended: tell } = needs
  const { resource, audience } = ctx.oidc?.params ?? {}
  if (resource || audience)
    throw new errors.InvalidTarget('a web nonce is for no resource; exchange it for a token that is')
  const { issuer } = (ctx.oidc as NonNullable<Context['oidc']>).provider
  const idToken = await verifyIdToken(token, {
    trustedIssuers: config.trustedIssuers,
    authorize: forExchange(clientId, [`${issuer}/token`, issuer], [`${config.url}/api/nonce`]),
    keysOf: (of) => keysOf(of, { keys: issuerKeys, metadata }),
  }).catch((error) => {
    throw isOAuthError(error) && error.code === 'invalid_grant' ? badSubjectToken(error) : error
  })
  const { webNonce, expiresIn, ended } = await issueWebNonce(idToken, token, needs)
  await tell(ended)
  return { access_token: webNonce, expires_in: expiresIn }
}

async function forAccessToken(webNonce: string, { ctx, clientId, needs, keys }: Asked): Promise<Exchanged> {
  const { client, params, provider } = ctx.oidc as Required<NonNullable<Context['oidc']>>
  const used = await sessionOfWebNonce(webNonce, [clientId], needs)
  if (!used) throw badSubjectToken()
  if (!params.resource || params.audience) throw new errors.InvalidTarget('name one resource')
  const { audience } = resourceServer(params.resource, client, needs)
  const key = keys.find((candidate) => candidate.alg === alg)
  if (!key) throw new Error(`there is no signing key for ${alg}`)
  return {
    access_token: await signAccessToken(used.session, { audience, clientId, issuer: provider.issuer, key }),
    expires_in: accessTokenLifetime,
  }
}

function badSubjectToken(cause?: unknown): Error {
  return Object.assign(new errors.InvalidRequest('the subject token is not acceptable'), { cause })
}
