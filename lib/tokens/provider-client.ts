import type { Provider } from '@auth/core/providers'
import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
} from 'oauth4webapi'
import type { Config } from '#lib/config/load.ts'
import { discover, type MetadataCache } from '#lib/issuers/metadata.ts'
import { OAuthError } from '#lib/oauth/error.ts'

type OAuthProvider = {
  type: 'oidc' | 'oauth'
  issuer?: string
  token?: string | { url?: string | URL }
  client?: { token_endpoint_auth_method?: string }
  options: {
    id?: string
    issuer?: string
    clientId: string
    clientSecret?: string
    client?: OAuthProvider['client']
  }
}

/** A provider's server and Baton's registration there, as `oauth4webapi` takes them. */
export type ProviderClient = {
  server: AuthorizationServer
  client: Client
  authentication: ClientAuth
  /** Of each request: plain http goes to a loopback address alone, which the configuration has seen to. */
  options: { [allowInsecureRequests]: boolean }
}

/** The configured provider with this id. */
export function providerOf(id: string | null, { authProviders }: Pick<Config, 'authProviders'>) {
  return authProviders.find((candidate) => (candidate as unknown as OAuthProvider).options.id === id)
}

/** How Baton talks to a provider of Auth.js's. Throws `temporarily_unavailable` when its metadata cannot be had. */
export async function providerClient(provider: Provider, metadata: MetadataCache): Promise<ProviderClient> {
  const { options, ...own } = provider as unknown as OAuthProvider
  const issuer = options.issuer ?? own.issuer
  const server = own.type === 'oidc' && issuer ? await discover(metadata, issuer) : withoutMetadata(own)
  return {
    server,
    client: { client_id: options.clientId },
    authentication: authentication(options.client ?? own.client, options.clientSecret),
    options: { [allowInsecureRequests]: server.token_endpoint?.startsWith('http:') ?? false },
  }
}

function withoutMetadata(provider: Omit<OAuthProvider, 'options'>): AuthorizationServer {
  const endpoint = typeof provider.token === 'string' ? provider.token : provider.token?.url
  if (!endpoint) throw new OAuthError('temporarily_unavailable', 'the provider has no token endpoint')
  const url = new URL(endpoint)
  return { issuer: url.origin, token_endpoint: url.href }
}

function authentication(client: OAuthProvider['client'], secret: string | undefined): ClientAuth {
  if (!secret || client?.token_endpoint_auth_method === 'none') return None()
  return client?.token_endpoint_auth_method === 'client_secret_post'
    ? ClientSecretPost(secret)
    : ClientSecretBasic(secret)
}
