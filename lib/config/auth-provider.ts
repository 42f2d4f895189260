import type { OAuthConfig, OIDCConfig } from '@auth/core/providers'
import { endpointUrl } from './endpoint-url.ts'
import { didYouMean } from './near-miss.ts'
import type { ProviderConfig } from './providers.ts'
import { organisationTypes, publicServices } from './public-services.ts'

type Profile = Record<string, unknown>

/** An OAuth or OpenID Connect provider as Auth.js takes it. */
export type AuthProvider = Omit<OAuthConfig<Profile>, 'type' | 'authorization'> & {
  type: 'oidc' | 'oauth'
  authorization: { url?: string; params: Params }
  /** `false`: the userinfo endpoint says who somebody is, and not the ID token. */
  idToken?: boolean
}

type Params = Record<string, unknown>
type BuiltIn = (options: Record<string, unknown>) => OAuthConfig<Profile>

/** Types that any server can be: what they ask comes from the configuration alone. */
const generic = new Set(['oidc', 'oauth2'])
const types = [...generic, ...Object.keys(publicServices), ...organisationTypes]

/** Whether a type is one that Auth.js ships. */
export function isBuiltIn({ type }: Pick<ProviderConfig, 'type'>): boolean {
  return !generic.has(type)
}

/**
 * One configured provider as Auth.js takes it, and the paths in `options` that its type reads. Throws an
 * `Error` for the operator when there is no such type or it is not an OAuth one.
 */
export async function authProvider(
  config: ProviderConfig,
): Promise<{ authjs: AuthProvider; reads: ReadonlySet<string> }> {
  const reads = new Set<string>()
  // What a type was made of is in its fields by now; merging it in once more could only undo what follows.
  const { options: made, ...own } = isBuiltIn(config) ? await shipped(config, reads) : ofAnyServer(config)
  const taken = new Set(reads)
  if (own.type !== 'oidc' && own.type !== 'oauth')
    throw new Error(`type: "${config.type}" is not an OAuth or OpenID Connect provider`)

  const params = { ...config.authorizationParams, ...(config.scope && { scope: config.scope }) }
  const method = config.tokenEndpointAuthMethod ?? (hasSecret(config) ? undefined : 'none')
  const issuer = config.issuer ?? own.issuer ?? made?.issuer
  const authjs = {
    ...own,
    id: config.id,
    name: config.name ?? own.name,
    ...(issuer && { issuer }),
    clientId: config.clientId,
    ...(typeof config.clientSecret === 'string' && { clientSecret: config.clientSecret }),
    authorization: withParams(authorizationOf(own, config), params),
    userinfo: userinfoOf(own, config, taken),
    checks: checksOf(config, own),
    ...(method && { client: { ...own.client, token_endpoint_auth_method: method } }),
  }
  return { authjs: authjs as AuthProvider, reads: taken }
}

// Whether Baton's client has anything to authenticate with.
function hasSecret({ clientSecret, privateKey }: ProviderConfig): boolean {
  return clientSecret !== undefined || privateKey !== undefined
}

function checksOf(
  config: ProviderConfig,
  own: Pick<OAuthConfig<Profile>, 'type' | 'checks'>,
): ('pkce' | 'state' | 'nonce')[] {
  const usual = own.type === 'oidc' && !isBuiltIn(config) ? ['pkce', 'nonce'] : ['pkce']
  // Auth.js may call a type's own checks `none`, which is no check.
  const known = (config.checks ?? own.checks ?? usual).filter((check) => check !== 'none')
  return [...new Set([...known, 'state'])] as ('pkce' | 'state' | 'nonce')[]
}

function ofAnyServer({ id, type, endpoints = {} }: ProviderConfig): OAuthConfig<Profile> {
  const { authorization, token, userinfo } = endpoints
  if (type === 'oidc') return { id, name: id, type: 'oidc' } as OIDCConfig<Profile> as OAuthConfig<Profile>
  return {
    id,
    name: id,
    type: 'oauth',
    // Without a scope Auth.js would ask for OpenID Connect's.
    authorization: { url: authorization ?? '', params: { scope: '' } },
    token: token ?? '',
    userinfo: userinfo ?? '',
  } as OAuthConfig<Profile>
}

async function shipped(config: ProviderConfig, reads: Set<string>): Promise<OAuthConfig<Profile>> {
  const module = await import(`@auth/core/providers/${config.type}`).catch(() => undefined)
  if (typeof module?.default !== 'function')
    throw new Error(
      `type: there is no provider of type "${config.type}"${didYouMean(config.type, types)}` +
        '; docs/providers.md lists them',
    )
  const build: BuiltIn = module.default
  const { clientId, clientSecret, issuer, options = {} } = config
  try {
    return build(noting({ ...options, clientId, clientSecret, issuer }, reads))
  } catch (error) {
    throw new Error(`type: "${config.type}" cannot be made of these settings (${(error as Error).message})`)
  }
}

/** What every type gets. */
const always = new Set(['clientId', 'clientSecret', 'issuer'])

// An option that a type does not read would be taken and ignored: which ones it reads is found by looking.
function noting(value: Record<string, unknown>, reads: Set<string>, prefix = ''): Record<string, unknown> {
  return new Proxy(value, {
    // What takes the rest of its options says nothing of what it uses.
    ownKeys: (target) => Reflect.ownKeys(target).filter((key) => always.has(String(key))),
    get(target, key) {
      const found = Reflect.get(target, key)
      if (typeof key !== 'string') return found
      reads.add(prefix + key)
      const isObject = typeof found === 'object' && found !== null && !Array.isArray(found)
      return isObject ? noting(found as Record<string, unknown>, reads, `${prefix}${key}.`) : found
    },
  })
}

// With ID tokens the metadata tell the endpoints, and configured ones go before theirs and the type's own.
function authorizationOf({ type, authorization }: OAuthConfig<Profile>, { endpoints }: ProviderConfig) {
  const url = type === 'oidc' ? endpoints?.authorization : undefined
  if (!url) return authorization
  return { ...(typeof authorization === 'object' && authorization), url }
}

function withParams(
  endpoint: OAuthConfig<Profile>['authorization'],
  params: Params,
): AuthProvider['authorization'] {
  const { url: address, params: own } = typeof endpoint === 'string' ? { url: endpoint } : (endpoint ?? {})
  if (!address) return { params: defined({ ...own, ...params }) }
  const url = URL.parse(address)
  if (!url) return { url: address, params: {} }
  const inAddress = Object.fromEntries(url.searchParams)
  url.search = ''
  return { url: url.href, params: defined({ ...inAddress, ...own, ...params }) }
}

// A type may name a parameter that comes from an option which nobody has set; Auth.js would send the word.
function defined(params: Params): Params {
  const { scope, ...rest } = params
  const given = Object.entries(rest).filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(given),
    ...('scope' in params && { scope: scope ?? '' }),
    // Auth.js writes this one as JSON itself.
    ...(typeof params.claims === 'string' && { claims: parsedOr(params.claims) }),
  }
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

// Auth.js wants an address even where a type asks by code of its own.
function userinfoOf(
  { type, userinfo, token }: OAuthConfig<Profile>,
  { endpoints, options }: ProviderConfig,
  reads: Set<string>,
) {
  const own = typeof userinfo === 'string' ? { url: userinfo } : userinfo
  // NetSuite has none of its own, and takes it by Auth.js's name for it.
  if (!own && type === 'oauth') reads.add('userinfo')
  const url =
    own?.url ??
    endpoints?.userinfo ??
    options?.userinfo ??
    (own?.request && URL.parse(endpointUrl(token) ?? '')?.origin)
  return url ? { ...own, url: String(url) } : own
}
