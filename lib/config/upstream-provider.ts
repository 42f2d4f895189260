import { type AuthProvider, authProvider } from './auth-provider.ts'
import { endpointUrl } from './endpoint-url.ts'
import type { ProviderConfig } from './providers.ts'

/** One provider where people sign in: what the operator wrote, and what its type adds. */
export type UpstreamProvider = ProviderConfig & {
  /** The provider as Auth.js takes it. */
  authjs: AuthProvider
  /** Whether it issues ID tokens. */
  kind: 'oidc' | 'oauth'
  /**
   * The issuer of its ID tokens and metadata: the configured one, else the type's own. A provider of kind
   * `oauth` has only the configured one.
   */
  issuer: string | undefined
  /**
   * `iss` of people without an ID token: the configured issuer, else the authorization endpoint's origin.
   */
  accountIssuer: string | undefined
  /** The type's own token endpoint; a provider of kind `oidc` has it in its metadata. */
  tokenEndpoint: string | undefined
  tokenEndpointAuthMethod: 'client_secret_basic' | 'client_secret_post' | 'none'
}

/**
 * A provider as the operator wrote it, completed with what Auth.js knows about its type. Throws an `Error`
 * for the operator when there is no such type, it is not an OAuth one, or it takes no issuer.
 */
export async function upstreamProvider(config: ProviderConfig): Promise<UpstreamProvider> {
  const authjs = await authProvider(config)
  if (authjs.type === 'oauth') requireOwnIssuer(config, originOf(endpointUrl(authjs.authorization)))
  return {
    ...config,
    authjs,
    kind: authjs.type,
    issuer: config.issuer ?? (authjs.type === 'oidc' ? authjs.issuer : undefined),
    accountIssuer: config.issuer ?? originOf(endpointUrl(authjs.authorization)),
    tokenEndpoint: endpointUrl(authjs.token),
    tokenEndpointAuthMethod: authMethod(authjs, config),
  }
}

// A plain OAuth type has its endpoints built in. With an issuer elsewhere, Baton would still ask them, and
// take an account there for one of the configured server.
function requireOwnIssuer({ type, issuer }: ProviderConfig, asked: string | undefined): void {
  if (issuer === undefined || originOf(issuer) === asked) return
  throw new Error(
    `the type "${type}" always asks ${asked} and takes no other issuer; leave \`issuer\` out, or use the ` +
      'type oidc for a server of your own that speaks OpenID Connect',
  )
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : URL.parse(url)?.origin
}

function authMethod({ client }: AuthProvider, { clientSecret }: ProviderConfig) {
  const method = client?.token_endpoint_auth_method
  if (!clientSecret || method === 'none') return 'none'
  return method === 'client_secret_post' ? method : 'client_secret_basic'
}
