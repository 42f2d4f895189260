import { type AuthProvider, authProvider } from './auth-provider.ts'
import { endpointUrl } from './endpoint-url.ts'
import { providerFaults } from './provider-faults.ts'
import { iconOf } from './provider-icon.ts'
import type { ProviderConfig } from './providers.ts'

/** One provider where people sign in: what the operator wrote, and what its type adds. */
export type UpstreamProvider = Omit<ProviderConfig, 'name' | 'endpoints' | 'userinfo'> & {
  /** The label of its button: the operator's, else the type's own. */
  name: string
  /** The colour of its type, such as `#1a73e8`. */
  color: string | undefined
  /** The icon of its type: the path of a drawing of 24 by 24 units. */
  icon: string | undefined
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
   * `iss` of people whose ID token names none: the issuer, else the origin of the authorization endpoint.
   */
  accountIssuer: string | undefined
  /** The endpoints that are known without asking for metadata. */
  endpoints: NonNullable<ProviderConfig['endpoints']>
  userinfo: 'auto' | 'always' | 'never'
}

/**
 * A provider as the operator wrote it, completed with what Auth.js knows about its type; or its faults, each
 * a plain sentence.
 */
export async function upstreamProvider(
  config: ProviderConfig,
): Promise<{ provider: UpstreamProvider } | { faults: string[] }> {
  const made = await authProvider(config).catch((error: Error) => ({ faults: [error.message] }))
  if ('faults' in made) return made
  const { authjs, reads } = made
  const builtIn = {
    authorization: endpointUrl(authjs.authorization),
    token: endpointUrl(authjs.token),
    userinfo: endpointUrl(authjs.userinfo),
  }
  const faults = providerFaults(config, { authjs, reads, builtIn })
  if (faults.length > 0) return { faults }
  const given = Object.entries({ ...builtIn, ...config.endpoints }).filter(([, url]) => url !== undefined)
  return {
    provider: {
      ...config,
      name: authjs.name,
      color: authjs.style?.bg ?? authjs.style?.brandColor,
      icon: iconOf(config.type),
      authjs,
      kind: authjs.type,
      issuer: config.issuer ?? (authjs.type === 'oidc' ? authjs.issuer : undefined),
      accountIssuer:
        config.issuer ??
        (authjs.type === 'oidc' ? authjs.issuer : URL.parse(builtIn.authorization ?? '')?.origin),
      metadataUrl: config.metadataUrl ?? ownMetadataUrl(authjs),
      endpoints: Object.fromEntries(given),
      userinfo: config.userinfo ?? 'auto',
    },
  }
}

const wellKnown = '/.well-known/openid-configuration'

// Some types have their metadata at a path below what they call the issuer, which is the true issuer.
function ownMetadataUrl({ wellKnown: own, issuer = '' }: AuthProvider): string | undefined {
  if (!own) return undefined
  const path = own.slice(issuer.length).split(wellKnown)[0] ?? ''
  return path !== '' && issuer.endsWith(path) ? undefined : own
}
