import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
} from 'oauth4webapi'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { discover, type MetadataCache } from './metadata.ts'

/** A provider's server and Baton's registration there, as `oauth4webapi` takes them. */
export type ProviderClient = {
  server: AuthorizationServer
  client: Client
  authentication: ClientAuth
  /** For each request. The configuration allows plain http for loopback addresses only. */
  options: { [allowInsecureRequests]: boolean }
}

/**
 * How Baton calls a provider. Throws `temporarily_unavailable` when its metadata cannot be read, or when it
 * has no token endpoint.
 */
export async function providerClient(
  provider: UpstreamProvider,
  metadata: MetadataCache,
): Promise<ProviderClient> {
  const { kind, issuer, clientId } = provider
  const server = kind === 'oidc' && issuer ? await discover(metadata, issuer) : withoutMetadata(provider)
  return {
    server,
    client: { client_id: clientId },
    authentication: authentication(provider),
    options: { [allowInsecureRequests]: server.token_endpoint?.startsWith('http:') ?? false },
  }
}

function withoutMetadata({ tokenEndpoint }: UpstreamProvider): AuthorizationServer {
  if (!tokenEndpoint) throw new OAuthError('temporarily_unavailable', 'the provider has no token endpoint')
  const url = new URL(tokenEndpoint)
  return { issuer: url.origin, token_endpoint: url.href }
}

function authentication({ tokenEndpointAuthMethod, clientSecret }: UpstreamProvider): ClientAuth {
  if (!clientSecret || tokenEndpointAuthMethod === 'none') return None()
  return tokenEndpointAuthMethod === 'client_secret_post'
    ? ClientSecretPost(clientSecret)
    : ClientSecretBasic(clientSecret)
}
