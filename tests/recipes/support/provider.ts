import Provider, { type Client, type Context } from 'oidc-provider'
import { createMemoryAdapter } from '../../../demo/identity-provider/memory-adapter.ts'
import type { SigningKey } from '../../../demo/identity-provider/signing-key.ts'
import { app, resourceServer, strangerApp } from './parties.ts'

export const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

type NewToken = {
  accountId: string
  client: Client
  sid: string
  expiresIn: number
  resourceServer?: unknown
}

/** The parts of the library that its types here leave out. */
export type BatonLike = Provider & {
  AccessToken: {
    new (of: NewToken): { save(): Promise<string> }
    find(value: string): Promise<{ sid: string; clientId: string; accountId: string } | undefined>
  }
  ResourceServer: new (id: string, of: object) => unknown
  registerGrantType(name: string, handler: (ctx: Context) => Promise<void>, parameters: string[]): void
}

/**
 * An OpenID Provider that shows a resource server what Baton's shows it: metadata, keys, JWT access tokens by token exchange
 * of a web nonce, introspection and revocation of web nonces.
 */
export function createProvider(issuer: string, keys: SigningKey[]): BatonLike {
  const provider = new Provider(issuer, configuration(keys)) as BatonLike
  const parameters = ['subject_token', 'subject_token_type', 'resource']
  provider.registerGrantType(exchange, (ctx) => exchangeWebNonce(provider, ctx), parameters)
  provider.use(sayAsBaton)
  return provider
}

function configuration(keys: SigningKey[]): Record<string, unknown> {
  const publicClient = {
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
    findAccount: (_ctx: Context, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: (_ctx: Context, { sid }: { sid: string }) => ({
      sid,
      amr: ['pwd'],
      auth_time: Math.floor(Date.now() / 1000) - 60,
      name: 'Demo User',
    }),
    features: {
      devInteractions: { enabled: false },
      introspection: {
        enabled: true,
        // A resource server asks about web nonces of the apps that list it.
        allowedPolicy: (_ctx: Context, _client: Client, token: { clientId: string }) =>
          token.clientId === app,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx: Context, client: Client, token: { clientId: string }) =>
          token.clientId === client.clientId,
      },
      resourceIndicators: { enabled: true },
    },
    clientBasedCORS: () => false,
    routes: { introspection: '/introspect', revocation: '/revoke' },
    ttl: { AccessToken: 1800 },
  }
}

async function exchangeWebNonce(provider: BatonLike, ctx: Context): Promise<void> {
  const { params, client } = ctx.oidc ?? {}
  const session = await provider.AccessToken.find(params?.subject_token ?? '')
  if (!client || session?.clientId !== client.clientId) throw new Error('bad subject token')
  const resource = params?.resource ?? ''
  const token = new provider.AccessToken({
    accountId: session.accountId,
    client,
    sid: session.sid,
    expiresIn: 300,
    resourceServer: new provider.ResourceServer(resource, {
      audience: resource,
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

/** Introspection as Baton has it: a JWT is inactive, not an error, and an answer may be kept for 5 seconds. */
async function sayAsBaton(ctx: Context, next: () => Promise<void>): Promise<void> {
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
