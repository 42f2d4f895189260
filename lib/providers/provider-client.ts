import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  customFetch,
} from 'oauth4webapi'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { clientAuthentication, credentialsOf } from './client-authentication.ts'
import { discover, type MetadataCache } from './metadata.ts'
import { typeFetch } from './provider-fetch.ts'
import { readByType, type TokenAnswer } from './token-answer.ts'

/** A provider's server and Baton's registration there, as `oauth4webapi` takes them. */
export type ProviderClient = {
  server: AuthorizationServer
  client: Client
  authentication: ClientAuth
  /** Reads an answer of the token endpoint, with what the provider's type knows of them. */
  read(response: Response): Promise<TokenAnswer>
  /** For each request. Which addresses may be plain http has been checked by now. */
  options: { [allowInsecureRequests]: true; [customFetch]: typeof fetch }
}

/**
 * How Baton calls a provider. Throws `temporarily_unavailable` when its metadata cannot be read, or when it
 * has no token endpoint.
 */
export async function providerClient(
  provider: UpstreamProvider,
  metadata: MetadataCache,
): Promise<ProviderClient> {
  const server = await providerServer(provider, metadata)
  if (!server.token_endpoint)
    throw new OAuthError('temporarily_unavailable', 'the provider has no token endpoint')
  const credentials = await credentialsOf(provider, server)
  return {
    server,
    client: { client_id: provider.clientId },
    authentication: clientAuthentication(provider.clientId, credentials),
    options: { [allowInsecureRequests]: true, [customFetch]: typeFetch(provider, server) },
    read: (response) => readByType(provider, response),
  }
}

/** A provider's metadata, or what is known without. Throws as `discover` does. */
export async function providerServer(
  provider: UpstreamProvider,
  metadata: MetadataCache,
): Promise<AuthorizationServer> {
  const { kind, issuer, accountIssuer, endpoints } = provider
  if (kind === 'oidc' && issuer) return discover(metadata, { ...provider, issuer })
  const { authorization, token, userinfo, revocation, endSession } = endpoints
  return {
    issuer: accountIssuer ?? '',
    ...(authorization && { authorization_endpoint: authorization }),
    ...(token && { token_endpoint: token }),
    ...(userinfo && { userinfo_endpoint: userinfo }),
    ...(revocation && { revocation_endpoint: revocation }),
    ...(endSession && { end_session_endpoint: endSession }),
  }
}
