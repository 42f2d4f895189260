import type { Provider } from '@auth/core/providers'
import {
  type AuthorizationServer,
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
  processRefreshTokenResponse,
  ResponseBodyError,
  refreshTokenGrantRequest,
} from 'oauth4webapi'
import { discover, type MetadataCache } from '#lib/issuers/metadata.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { TokenSet } from './token-set.ts'

const timeout = 15_000

type OAuthProvider = {
  type: 'oidc' | 'oauth'
  issuer?: string
  token?: string | { url?: string | URL }
  client?: { token_endpoint_auth_method?: string }
  options: { issuer?: string; clientId: string; clientSecret?: string; client?: OAuthProvider['client'] }
}

/**
 * Asks the provider for a new token set (RFC 6749, section 6); what it does not send anew stays as it was.
 * Throws `invalid_grant` when the provider has ended the grant, `temporarily_unavailable` for any other failure.
 */
export async function requestRefresh(
  provider: Provider,
  current: TokenSet & { refreshToken: string },
  metadata: MetadataCache,
): Promise<TokenSet> {
  const { options, ...own } = provider as unknown as OAuthProvider
  const issuer = options.issuer ?? own.issuer
  const server = own.type === 'oidc' && issuer ? await discover(metadata, issuer) : withoutMetadata(own)
  const client = { client_id: options.clientId }
  try {
    const response = await refreshTokenGrantRequest(
      server,
      client,
      authentication(options.client ?? own.client, options.clientSecret),
      current.refreshToken,
      {
        [allowInsecureRequests]: server.token_endpoint?.startsWith('http:') ?? false,
        signal: AbortSignal.timeout(timeout),
      },
    )
    const answer = await processRefreshTokenResponse(server, client, response)
    return {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token ?? current.refreshToken,
      idToken: answer.id_token ?? current.idToken,
      scope: answer.scope ?? current.scope,
      ...(answer.expires_in !== undefined && {
        expiresAt: Math.floor(Date.now() / 1000) + answer.expires_in,
      }),
    }
  } catch (cause) {
    if (cause instanceof ResponseBodyError && cause.error === 'invalid_grant')
      throw new OAuthError('invalid_grant', 'the provider has ended this sign-in', { cause })
    throw new OAuthError(
      'temporarily_unavailable',
      'the provider cannot renew the access token at the moment',
      {
        cause,
        retryAfter: 5,
      },
    )
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
