import type { ReadConfig } from '#lib/config/load.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { discover, issuerNamed, MetadataError, metadataUrlOf } from '#lib/providers/metadata.ts'
import { addressOf, providerFetch, UnreachableError } from '#lib/providers/provider-fetch.ts'
import { aheadBy, type Finding, findingsOn, skewText } from './finding.ts'

const timeout = 10_000
/** Seconds by which clocks may differ: beyond, ID tokens are from the future, or have expired. */
const tolerance = 10

/** Asks each provider and trusted issuer for its metadata, its keys and its time. Never rejects. */
export async function checkProviders({
  providers,
  trustedIssuers = [],
}: ReadConfig['usable']): Promise<Finding[]> {
  const found = await Promise.all([
    ...providers.map(checkProvider),
    ...trustedIssuers.map(({ issuer }) =>
      checkIssuer(`trusted issuer ${issuer}`, issuerNamed(issuer, { providers }), false),
    ),
  ])
  return found.flat()
}

function checkProvider(provider: UpstreamProvider): Promise<Finding[]> {
  const { id, kind, issuer } = provider
  const name = `provider ${id}`
  return kind === 'oidc' && issuer
    ? checkIssuer(name, { ...provider, issuer }, true)
    : checkEndpoint(name, provider)
}

type Issuer = ReturnType<typeof issuerNamed>

async function checkIssuer(name: string, issuer: Issuer, signsIn: boolean): Promise<Finding[]> {
  const { ok, fault } = findingsOn(name)
  try {
    const metadata = await discover(new Map(), issuer)
    const lacks = [...(signsIn ? (['authorization_endpoint', 'token_endpoint'] as const) : []), 'jwks_uri']
      .map(String)
      .filter((field) => metadata[field] === undefined)
    const optional = ['userinfo_endpoint', 'revocation_endpoint', 'end_session_endpoint'].filter(
      (field) => metadata[field] !== undefined,
    )
    return [
      ok(`its metadata names the issuer ${issuer.issuer}`),
      ...lacks.map((field) =>
        fault(`its metadata has no ${field}`, 'Set it in endpoints, if the provider has one elsewhere.'),
      ),
      ...(signsIn ? [ok(`it offers ${optional.join(', ') || 'neither userinfo nor revocation'}`)] : []),
      ...(metadata.jwks_uri ? [await checkKeys(name, issuer, metadata.jwks_uri)] : []),
      ...(await checkClock(name, issuer, metadataUrlOf(issuer))),
    ]
  } catch (error) {
    return [fault(reasonOf(error), adviceOn(error))]
  }
}

// A plain OAuth provider has no metadata; whatever it answers here, it is there.
async function checkEndpoint(name: string, provider: UpstreamProvider): Promise<Finding[]> {
  const { ok, fault } = findingsOn(name)
  const { authorization } = provider.endpoints
  if (!authorization) return [fault('it has no authorization endpoint', 'Set endpoints.authorization.')]
  try {
    const clock = await checkClock(name, provider, authorization)
    return [ok(`${addressOf(authorization)} answers`), ...clock]
  } catch (error) {
    return [fault(reasonOf(error), adviceOn(error))]
  }
}

async function checkKeys(name: string, issuer: Issuer, url: string): Promise<Finding> {
  const { ok, fault } = findingsOn(name)
  const response = await providerFetch(issuer, 'keys')(url, { signal: AbortSignal.timeout(timeout) })
  const { keys } = (response.ok ? await response.json().catch(() => ({})) : {}) as { keys?: unknown }
  return Array.isArray(keys) && keys.length > 0
    ? ok(`it publishes ${keys.length === 1 ? 'one key' : `${keys.length} keys`}`)
    : fault(`${addressOf(url)} answers ${response.status} and no keys`, 'See that its jwks_uri is right.')
}

async function checkClock(
  name: string,
  addresses: Parameters<typeof providerFetch>[0],
  url: string,
): Promise<Finding[]> {
  const { ok, warning, fault } = findingsOn(name)
  const before = Date.now()
  const { headers } = await providerFetch(addresses, 'metadata')(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout),
  })
  const date = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(date)) return []
  const ahead = aheadBy(before, date)
  const skew = skewText(ahead)
  if (!skew) return [ok('its clock agrees with that of this machine')]
  const advice = 'Have this machine set its clock by a time service: ID tokens are refused beyond 10 s.'
  return [
    Math.abs(ahead) > tolerance
      ? fault(`its clock is ${skew}`, advice)
      : warning(`its clock is ${skew}`, advice),
  ]
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? cause.message : message
}

function adviceOn(error: unknown): string {
  const { cause = error } = error as Error
  if (cause instanceof UnreachableError)
    return 'See that this machine reaches it: name service, firewall, NODE_USE_ENV_PROXY, certificate.'
  if (cause instanceof MetadataError && cause.isMissing)
    return 'See that issuer is right; metadataUrl says where the metadata is, if it is elsewhere.'
  return 'Set what the message expects, in the configuration or at the provider.'
}
