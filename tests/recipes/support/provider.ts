import Provider, {
  type ClientMetadata,
  type Configuration,
  type KoaContextWithOIDC,
  type TokenEndpointGrantContext,
} from 'oidc-provider'
import { createMemoryAdapter } from '../../../demo/identity-provider/memory-adapter.ts'
import type { SigningKey } from '../../../demo/identity-provider/signing-key.ts'
import { app, resourceServer, strangerApp } from './parties.ts'

export const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/**
 * An OpenID Provider that shows a resource server what Baton's shows it: metadata, keys, JWT access tokens by
 * token exchange of a web nonce, introspection and revocation of web nonces.
 */
export function createProvider(issuer: string, keys: SigningKey[]): Provider {
  const provider = new Provider(issuer, configuration(keys))
  const parameters = ['subject_token', 'subject_token_type', 'resource']
  provider.registerGrantType(exchange, (ctx) => exchangeWebNonce(provider, ctx), parameters)
  provider.use(sayAsBaton)
  return provider
}

function configuration(keys: SigningKey[]): Configuration {
  const publicClient: Omit<ClientMetadata, 'client_id'> = {
    token_endpoint_auth_method: 'none',
    grant_types: [exchange],
    redirect_uris: [],
    response_types: [],
  }
  return {
    adapter: createMemoryAdapter(),
    jwks: { keys: keys.map(({ privateJwk }) => privateJwk) },
    cookies: { keys: ['of a test'] },
    clients: [
      { client_id: app, ...publicClient },
      { client_id: strangerApp, ...publicClient },
      {
        client_id: resourceServer.clientId,
        client_secret: resourceServer.clientSecret,
        grant_types: [],
        redirect_uris: [],
        response_types: [],
      },
    ],
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: (_ctx, token) => ({
      sid: 'sid' in token ? token.sid : undefined,
      amr: ['pwd'],
      auth_time: Math.floor(Date.now() / 1000) - 60,
      name: 'Demo User',
    }),
    features: {
      devInteractions: { enabled: false },
      introspection: {
        enabled: true,
        // A resource server asks about web nonces of the apps that list it.
        allowedPolicy: (_ctx, _client, token) => token.clientId === app,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      resourceIndicators: { enabled: true },
    },
    clientBasedCORS: () => false,
    routes: { introspection: '/introspect', revocation: '/revoke' },
    ttl: { AccessToken: 1800 },
  }
}

/** What the library stores of a token's grant, for a token that has none. */
export const noGrant = { grantId: '', gty: exchange }

async function exchangeWebNonce(provider: Provider, ctx: TokenEndpointGrantContext): Promise<void> {
  const { params, client } = ctx.oidc
  const session = await provider.AccessToken.find(String(params.subject_token))
  if (session?.clientId !== client.clientId) throw new Error('bad subject token')
  const resource = String(params.resource)
  const token = new provider.AccessToken({
    accountId: session.accountId,
    client,
    ...noGrant,
    sid: session.sid,
    expiresIn: 300,
    resourceServer: new provider.ResourceServer(resource, {
      audience: resource,
      scope: '',
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'RS256' } },
    }),
  })
  ctx.body = {
    access_token: await token.save(),
    issued_token_type: accessTokenType,
    token_type: 'Bearer',
    expires_in: 300,
  }
}

/**
 * Introspection as Baton has it: a JWT is inactive, not an error, and an answer may be kept for 5 seconds.
 */
async function sayAsBaton(ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
  await next()
  if (ctx.oidc?.route !== 'introspection') return
  const said = ctx.body as Record<string, unknown>
  if (said.error === 'unsupported_token_type') {
    ctx.status = 200
    ctx.body = { active: false }
  } else if (said.active) {
    const { active, sub, client_id, iss, sid, auth_time, exp, iat, token_type, name } = said
    ctx.body = { active, sub, client_id, iss, sid, auth_time, exp, iat, token_type, username: name }
    ctx.set('cache-control', 'private, max-age=5')
  }
}
