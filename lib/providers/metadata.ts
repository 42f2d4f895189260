import * as oauth4webapi from 'oauth4webapi'
import { isSecure } from '#lib/config/is-secure.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { type Moment, since, thisMoment } from '#lib/oauth/moment.ts'
import { usualSignatureAlgorithms } from '#lib/oauth/signature-algorithms.ts'
import { providerFetch } from './provider-fetch.ts'

type AuthorizationServer = oauth4webapi.AuthorizationServer

// Without a type, as it is meant for the author's own client: by it that client lets Entra's tenants in.
const { _expectedIssuer } = oauth4webapi as unknown as { _expectedIssuer: symbol }

const keepFor = 3600_000
/** Milliseconds for which the lack of metadata is remembered of an issuer that can do without. */
const keepLackFor = 300_000
/** Milliseconds for which a failure is remembered: whoever begins sign-ins is not to ask the provider. */
const keepFailureFor = 5_000
const timeout = 5_000

/**
 * Metadata by the address it is read at, with when it was, and the milliseconds for which it is used without
 * asking again.
 */
export type MetadataCache = Map<
  string,
  { metadata: Promise<AuthorizationServer>; readAt: Moment; keepFor: number }
>

/** An issuer, and what the operator says of its addresses. */
type Issuer = Pick<UpstreamProvider, 'metadataUrl' | 'endpoints' | 'serverOrigin' | 'plainHttp'> & {
  issuer: string
  /** The provider's, where one is configured for it. */
  id?: string
}

/** An issuer as its provider has it, or as it is where no provider is configured for it. */
export function issuerNamed(issuer: string, { providers }: { providers: UpstreamProvider[] }): Issuer {
  const provider = providers.find((candidate) => candidate.kind === 'oidc' && candidate.issuer === issuer)
  return provider ? { ...provider, issuer } : { issuer, endpoints: {}, plainHttp: false }
}

/**
 * An issuer's metadata, cached for an hour; configured endpoints go before its own. Its `issuer` must equal
 * the one asked for, or be a template that the ID token's `tid` fills (Microsoft Entra). Throws
 * `temporarily_unavailable` when it cannot be read or used; after five seconds a call asks again. OpenID
 * Connect Discovery 1.0, section 4.
 */
export function discover(cache: MetadataCache, issuer: Issuer): Promise<AuthorizationServer> {
  const url = metadataUrlOf(issuer)
  // Several policies of one provider may have one issuer; several providers may have one address.
  const { endpoints, serverOrigin, plainHttp } = issuer
  const key = JSON.stringify([url, issuer.issuer, endpoints, serverOrigin, plainHttp])
  const known = cache.get(key)
  if (known && since(known.readAt) < known.keepFor) return known.metadata
  const entry = { metadata: request(issuer, url), readAt: thisMoment(), keepFor }
  entry.metadata = entry.metadata.catch((error) => {
    if (!sufficient(issuer) || !isMissing(error)) throw error
    entry.keepFor = keepLackFor
    return checked({ issuer: issuer.issuer, ...ownEndpoints(issuer) }, issuer)
  })
  cache.set(key, entry)
  entry.metadata.catch(() => Object.assign(entry, { readAt: thisMoment(), keepFor: keepFailureFor }))
  return entry.metadata
}

/** An issuer whose metadata is there and cannot be used; the message says what was expected and what came. */
export class MetadataError extends Error {
  override readonly name = 'MetadataError'
  /** Whether it may be there in a while. */
  readonly isTemporary: boolean
  /** Whether there is none. */
  readonly isMissing: boolean

  constructor(message: string, { isTemporary = false, isMissing = false } = {}) {
    super(message)
    this.isTemporary = isTemporary
    this.isMissing = isMissing
  }
}

async function request(issuer: Issuer, url: string): Promise<AuthorizationServer> {
  try {
    const response = await providerFetch(issuer, 'metadata')(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    })
    if (response.status !== 200)
      throw new MetadataError(
        `${url} answers ${response.status}; expected 200 with the provider's metadata`,
        {
          isTemporary: response.status >= 500 || response.status === 429,
          isMissing: response.status < 500 && response.status !== 429,
        },
      )
    const metadata: unknown = await response.json().catch(() => undefined)
    if (typeof metadata !== 'object' || metadata === null)
      throw new MetadataError(`${url} answers no JSON; expected the provider's metadata`, {
        isMissing: true,
      })
    return checked({ ...metadata, ...expectedIssuer(metadata, issuer), ...ownEndpoints(issuer) }, issuer)
  } catch (cause) {
    throw new OAuthError('temporarily_unavailable', 'the issuer cannot be reached at the moment', {
      cause,
      detail: `metadata of ${issuer.issuer}`,
    })
  }
}

/** The address of an issuer's metadata. */
export function metadataUrlOf({ issuer, metadataUrl }: Pick<Issuer, 'issuer' | 'metadataUrl'>): string {
  if (metadataUrl) return metadataUrl
  const url = new URL(issuer)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/.well-known/openid-configuration`
  return url.href
}

const tenant = '{tenantid}'

function expectedIssuer({ issuer: named }: { issuer?: unknown }, { issuer }: Issuer) {
  if (named === issuer) return { issuer }
  if (typeof named !== 'string') throw new MetadataError(`the metadata of ${issuer} has no issuer`)
  if (!isTemplateOf(named, issuer))
    throw new MetadataError(
      `the metadata says that its issuer is ${named}; expected ${issuer}: copy it exactly, ` +
        'with a slash at its end if it has one',
    )
  const issuerOf = ({ claims }: { claims: Record<string, unknown> }) => {
    const { tid } = claims
    return typeof tid === 'string' && /^[\w.-]+$/.test(tid) ? named.replace(tenant, tid) : issuer
  }
  return { issuer, [_expectedIssuer]: issuerOf }
}

// For many tenants Entra names a template; the issuer that was asked for has a word in its place.
function isTemplateOf(template: string, issuer: string): boolean {
  const [before, after] = template.split(tenant)
  if (before === undefined || after === undefined) return false
  if (!issuer.startsWith(before) || !issuer.endsWith(after)) return false
  return /^[\w.-]+$/.test(issuer.slice(before.length, issuer.length - after.length))
}

function ownEndpoints({ endpoints }: Issuer) {
  const { authorization, token, userinfo, jwks, revocation, endSession } = endpoints
  return {
    ...(authorization && { authorization_endpoint: authorization }),
    ...(token && { token_endpoint: token }),
    ...(userinfo && { userinfo_endpoint: userinfo }),
    ...(jwks && { jwks_uri: jwks }),
    ...(revocation && { revocation_endpoint: revocation }),
    ...(endSession && { end_session_endpoint: endSession }),
  }
}

function isMissing(error: unknown): boolean {
  const { cause } = error as { cause?: unknown }
  return cause instanceof MetadataError && cause.isMissing
}

// Whether sign-in works without metadata.
function sufficient({ endpoints }: Issuer): boolean {
  return endpoints.authorization !== undefined && endpoints.token !== undefined
}

// Baton trusts keys from here and sends codes, refresh tokens and client secrets here.
const needed = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const
/** What a sign-in can do without. */
const optional = ['userinfo_endpoint', 'revocation_endpoint', 'end_session_endpoint'] as const

function checked(metadata: AuthorizationServer, { plainHttp }: Issuer): AuthorizationServer {
  const isUsable = (url: unknown) =>
    typeof url === 'string' && (isSecure(url) || (plainHttp && URL.parse(url)?.protocol === 'http:'))
  const found: Record<string, unknown> = { ...metadata }
  for (const name of needed) {
    // Some servers write what they do not have.
    if (found[name] === null || found[name] === '') delete found[name]
    if (found[name] !== undefined && !isUsable(found[name]))
      throw new MetadataError(`its ${name} is ${found[name]}, which is not protected by TLS`)
  }
  for (const name of optional) if (!isUsable(found[name])) delete found[name]
  const algorithms = metadata.id_token_signing_alg_values_supported ?? usualSignatureAlgorithms
  return {
    ...found,
    issuer: metadata.issuer,
    // An ID token that nobody has signed says nothing.
    id_token_signing_alg_values_supported: algorithms.filter((algorithm) => algorithm !== 'none'),
  }
}
