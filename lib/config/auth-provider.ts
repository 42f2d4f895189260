import type { OAuthConfig, OIDCConfig } from '@auth/core/providers'
import type { ProviderConfig } from './providers.ts'

type Profile = Record<string, unknown>

/** An OAuth or OpenID Connect provider as Auth.js takes it, with what the operator wrote in `options`. */
export type AuthProvider = OAuthConfig<Profile>

type BuiltIn = (options: Record<string, unknown>) => AuthProvider

/**
 * One configured provider as Auth.js takes it: `type` names `oidc` or a provider that Auth.js ships.
 * Throws an `Error` for the operator when there is no such type or it is not an OAuth one.
 */
export async function authProvider(config: ProviderConfig): Promise<AuthProvider> {
  const provider = config.type === 'oidc' ? generic(config) : await shipped(config)
  if (provider.type !== 'oidc' && provider.type !== 'oauth')
    throw new Error(`"${config.type}" is not an OAuth or OpenID Connect provider`)
  if (provider.type === 'oidc' && !(config.issuer ?? provider.issuer))
    throw new Error(`a provider of type "${config.type}" needs its issuer`)

  const params = { ...config.authorizationParams, ...(config.scope && { scope: config.scope }) }
  const client = config.clientSecret ? undefined : { token_endpoint_auth_method: 'none' }
  const options = {
    id: config.id,
    ...(config.name && { name: config.name }),
    ...(config.issuer && { issuer: config.issuer }),
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    authorization: withParams(provider.authorization, params),
    ...(client && { client }),
  }
  return provider.type === 'oidc'
    ? { ...provider, options: { ...options, checks: ['pkce', 'state', 'nonce'] } }
    : { ...provider, options: { ...options, checks: ['pkce', 'state'] } }
}

function generic(config: ProviderConfig): OIDCConfig<Profile> {
  return { id: config.id, name: config.name ?? config.id, type: 'oidc' }
}

async function shipped(config: ProviderConfig): Promise<AuthProvider> {
  const module = await import(`@auth/core/providers/${config.type}`).catch(() => undefined)
  if (typeof module?.default !== 'function')
    throw new Error(`there is no provider of type "${config.type}"; see https://authjs.dev/getting-started`)
  const build: BuiltIn = module.default
  return build({ clientId: config.clientId, clientSecret: config.clientSecret, issuer: config.issuer })
}

// Auth.js merges option by option: parameters alone would replace an endpoint that is given as a string.
function withParams(endpoint: AuthProvider['authorization'], params: Record<string, string>) {
  if (typeof endpoint !== 'string') return { params }
  const url = new URL(endpoint)
  const own = Object.fromEntries(url.searchParams)
  return { url: url.origin + url.pathname, params: { ...own, ...params } }
}
