import { type AuthProvider, isBuiltIn } from './auth-provider.ts'
import { isSecure } from './is-secure.ts'
import { privateJwk } from './private-jwk.ts'
import type { ProviderConfig } from './providers.ts'

type Built = {
  authjs: AuthProvider
  /** The paths in `options` that the type reads. */
  reads: ReadonlySet<string>
  /** The endpoints that the type has, whether from its code or from `options`. */
  builtIn: { authorization: string | undefined; token: string | undefined; userinfo: string | undefined }
}

/** What has settings of its own, and Auth.js's names for it. */
const ownSettings = new Set(
  'id type name issuer clientId clientSecret authorization token checks client profile'.split(' '),
)
/** Plain OAuth types whose user API says which address is verified. */
const verifyAddresses = new Set(
  'github discord atlassian dropbox faceit mattermost wordpress oauth2'.split(' '),
)
/** OpenID Connect types that never say so, with the claim that tells an organization's people. */
const neverVerify = new Map([
  ['microsoft-entra-id', '`tid`, the tenant'],
  ['azure-ad', '`tid`, the tenant'],
  ['azure-ad-b2c', '`tid`, the tenant'],
  ['battlenet', '`sub`'],
  ['line', '`sub`'],
  ['roblox', '`sub`'],
  ['twitch', '`sub`'],
])

/**
 * What a provider's type cannot use of its settings, and what it misses, each a plain sentence: a setting
 * that is taken and ignored would let in whom the operator did not mean.
 */
export function providerFaults(config: ProviderConfig, built: Built): string[] {
  return [
    ...missing(config, built),
    ...unusedOptions(config, built),
    ...unusedAddresses(config, built),
    ...credentialFaults(config),
    ...unusedParameters(config, built),
    ...unusedRules(config, built),
  ]
}

function missing(
  { type, issuer, endpoints = {} }: ProviderConfig,
  { authjs, reads, builtIn }: Built,
): string[] {
  if (type === 'oauth2')
    return (['authorization', 'token', 'userinfo'] as const)
      .filter((name) => !endpoints[name])
      .map((name) => `endpoints.${name}: a provider of type oauth2 needs it`)
  if (isOidc(authjs)) return authjs.issuer ? [] : [`issuer: a provider of type "${type}" needs its issuer`]
  const isUnreadable = (url: string | undefined) => !url || !URL.parse(url) || /\bundefined\b/.test(url)
  if (!isUnreadable(builtIn.authorization) && !isUnreadable(builtIn.token))
    return URL.canParse(builtIn.userinfo ?? '')
      ? []
      : [`endpoints.userinfo: a provider of type "${type}" needs it, as an absolute URL`]
  if (reads.has('issuer') && !issuer) return [`issuer: a provider of type "${type}" needs its issuer`]
  return [
    `options: a provider of type "${type}" needs more than it has here; it takes ${listOf(taken(reads))}`,
  ]
}

function unusedOptions({ type, options = {}, ...config }: ProviderConfig, built: Built): string[] {
  const { reads } = built
  const paths = pathsOf(options)
  if (!isBuiltIn({ type, ...config }))
    return paths.map((path) => `options.${path}: the type ${type} takes no options`)
  return paths.flatMap((path) => {
    const [first = ''] = path.split('.')
    if (ownSettings.has(first)) return [`options.${path}: it has a setting of its own, outside options`]
    const fault = notServers.has(path) ? undefined : shapeFault(valueAt(options, path), built)
    if (fault) return [`options.${path}: ${fault}`]
    return reads.has(path)
      ? []
      : [`options.${path}: the type "${type}" does not take it; it takes ${listOf(taken(reads))}`]
  })
}

/** Addresses in `options` that are not where a type's server is. */
const notServers = new Set(['redirectUri', 'userinfo'])

// A value of another shape than its type expects is read and not used, and people would go to the public
// site.
function shapeFault(value: unknown, { builtIn }: Built): string | undefined {
  if (value === null || value === '' || typeof value === 'object') return 'give a value'
  if (typeof value !== 'string' || !/^https?:/.test(value)) return undefined
  const url = URL.parse(value)
  if (!url || url.search || url.hash) return 'give an absolute URL of origin and path alone'
  const base = url.origin + url.pathname.replace(/\/$/, '')
  const asked = Object.values(builtIn).filter((endpoint) => hrefOf(endpoint).startsWith(base))
  if (asked.length === 0) return `the type does not ask ${value}: the option has another shape`
  if (asked.some(hasEmptySegment)) return 'leave out the slash at its end'
  return asked.every((endpoint) => hrefOf(endpoint)[base.length] === '/') ? undefined : 'end it with a slash'
}

function hrefOf(url: string | undefined): string {
  return URL.parse(url ?? '')?.href ?? ''
}

function hasEmptySegment(url: string | undefined): boolean {
  return URL.parse(url ?? '')?.pathname.includes('//') ?? false
}

function valueAt(options: Record<string, unknown>, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], options)
}

function unusedAddresses(config: ProviderConfig, { authjs, reads, builtIn }: Built): string[] {
  const { type, issuer, endpoints, metadataUrl, serverOrigin, plainHttp } = config
  const faults: string[] = []
  const isOwn = isBuiltIn(config) && !(isOidc(authjs) && endpoints?.authorization)
  const asked = isOwn ? originOf(builtIn.authorization) : undefined
  const elsewhere = taken(reads).filter((name) => name !== 'issuer')
  // A type with built-in endpoints would ask them all the same, and take an account there for one of the
  // configured server.
  if (issuer !== undefined && asked !== undefined && originOf(issuer) !== asked)
    faults.push(
      `issuer: the type "${type}" always asks ${asked} and takes no other issuer; leave it out` +
        (elsewhere.length > 0 ? `, or say where its server is by options (${listOf(elsewhere)})` : '') +
        ', or use the type oidc or oauth2 for a server of your own',
    )
  if (isBuiltIn(config) && issuer?.endsWith('/') && Object.values(builtIn).some(hasEmptySegment))
    faults.push('issuer: leave out the slash at its end')
  const isPlain = !isOidc(authjs)
  if (metadataUrl && isPlain) faults.push(`metadataUrl: the type "${type}" has no metadata`)
  if (isPlain && isBuiltIn(config))
    for (const [name, url] of Object.entries(endpoints ?? {}))
      if (!['revocation', 'endSession'].includes(name) && builtIn[name as keyof typeof builtIn] !== url)
        faults.push(
          `endpoints.${name}: the type "${type}" has its own; use the type oauth2 for another server`,
        )
  if (isPlain && endpoints?.jwks)
    faults.push('endpoints.jwks: without ID tokens there is nothing to verify; use the type oidc')
  if (serverOrigin && isPlain && isBuiltIn(config))
    faults.push(`serverOrigin: the type "${type}" is asked by its own code, at its own addresses`)
  if (serverOrigin && !(issuer ?? endpoints?.authorization) && !isBuiltIn(config))
    faults.push('serverOrigin: there is no issuer whose origin it could stand for')
  const open = Object.entries(builtIn).filter(([, url]) => url && URL.parse(url) && !isSecure(url))
  if (!plainHttp)
    for (const [name, url] of open)
      if (!endpoints?.[name as keyof typeof endpoints])
        faults.push(`options: ${url} is plain http; use https, or set plainHttp in a closed network`)
  const own = [issuer, metadataUrl, serverOrigin, config.signOut?.url, ...Object.values(endpoints ?? {})]
  if (plainHttp && open.length === 0 && own.every((url) => url === undefined || isSecure(url)))
    faults.push('plainHttp: no address here is plain http; leave it out')
  return faults
}

/** What Auth.js writes into an authorization request itself. */
const ownParameters = new Set(
  'client_id redirect_uri response_type state nonce code_challenge code_challenge_method'.split(' '),
)

function unusedParameters(config: ProviderConfig, { authjs }: Built): string[] {
  const { type, scope, authorizationParams, signOut, endpoints } = config
  const faults = Object.keys(authorizationParams)
    .filter((name) => ownParameters.has(name))
    .map((name) => `authorizationParams.${name}: Baton writes it itself`)
  if (scope && authorizationParams.scope !== undefined)
    faults.push('authorizationParams.scope: scope is set already')
  if (signOut && !signOut.url && Object.keys(signOut.parameters).length === 0)
    faults.push('signOut: it says nothing; leave it out')
  if (signOut && !signOut.url && !isOidc(authjs) && !endpoints?.endSession)
    faults.push(`signOut.parameters: the type "${type}" has no sign-out; give signOut.url`)
  if (signOut?.url && endpoints?.endSession) faults.push('endpoints.endSession: signOut.url goes before it')
  if (typeof authorizationParams.claims === 'string' && !isJsonObject(authorizationParams.claims))
    faults.push('authorizationParams.claims: it is no JSON object (OpenID Connect Core 1.0, section 5.5)')
  return faults
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function credentialFaults(config: ProviderConfig): string[] {
  const { type, clientSecret, privateKey, tokenEndpointAuthMethod: method } = config
  const faults: string[] = []
  if (typeof clientSecret === 'object' && type !== 'apple')
    faults.push('clientSecret: only the type apple takes {teamId, keyId, privateKey}; give a text')
  if (method === 'private_key_jwt' && privateKey === undefined)
    faults.push('privateKey: private_key_jwt needs it')
  if (privateKey !== undefined && method !== undefined && method !== 'private_key_jwt')
    faults.push(`privateKey: ${method} does not use it`)
  if (privateKey !== undefined && clientSecret !== undefined)
    faults.push('clientSecret: a client with a privateKey does not use it')
  if (method === 'none' && clientSecret !== undefined)
    faults.push('clientSecret: the method none does not use it')
  if (method?.startsWith('client_secret') && clientSecret === undefined)
    faults.push(`clientSecret: ${method} needs it`)
  if (privateKey !== undefined && !isKey(privateKey))
    faults.push('privateKey: it is no JWK and no PKCS #8 in PEM')
  if (typeof clientSecret === 'object' && !isKey(clientSecret.privateKey, 'ES256'))
    faults.push("clientSecret.privateKey: it is not the content of Apple's .p8 file (a P-256 key in PEM)")
  return faults
}

function isKey(given: string | Record<string, unknown>, alg?: string): boolean {
  try {
    const key = privateJwk(given)
    return alg === undefined || key.alg === alg
  } catch {
    return false
  }
}

function unusedRules(config: ProviderConfig, { authjs }: Built): string[] {
  const { type, checks, userinfo, allow } = config
  const faults: string[] = []
  const isPlain = !isOidc(authjs)
  if (isPlain && checks?.includes('nonce'))
    faults.push('checks: nonce is checked in ID tokens, and this type has none')
  if (isPlain && userinfo !== undefined && userinfo !== 'always')
    faults.push(`userinfo: without ID tokens it is always asked; "${userinfo}" cannot be`)
  if (authjs.idToken === false && userinfo === 'never')
    faults.push(`userinfo: the type "${type}" says who somebody is there alone`)
  if (allow?.claims && 'email' in allow.claims)
    faults.push('allow.claims.email: use allow.emails, which counts verified addresses alone')
  for (const name of ['emails', 'emailDomains'] as const)
    if (allow?.[name] && (isPlain ? !verifyAddresses.has(type) : neverVerify.has(type)))
      faults.push(
        `allow.${name}: the type "${type}" never says that an address is verified; use allow.claims with ` +
          (neverVerify.get(type) ??
            'a claim that tells whom you mean, such as `tid` at Entra, `hd` at Google'),
      )
  return faults
}

function isOidc({ type }: AuthProvider): boolean {
  return type === 'oidc'
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : URL.parse(url)?.origin
}

// The options that a type reads, without those that have settings of their own.
function taken(reads: ReadonlySet<string>): string[] {
  return [...reads].filter((path) => path === 'issuer' || !ownSettings.has(path.split('.')[0] ?? ''))
}

function listOf(names: string[]): string {
  return names.length > 0 ? names.map((name) => `\`${name}\``).join(', ') : 'none'
}

// The paths of all values in nested objects.
function pathsOf(value: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.keys(inner).length > 0
      ? pathsOf(inner as Record<string, unknown>, `${prefix}${key}.`)
      : [prefix + key],
  )
}
