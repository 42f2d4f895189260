import type { ReadConfig } from '#lib/config/load.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { causeText } from '#lib/http/cause-text.ts'
import { errorChain } from '#lib/providers/error-chain.ts'
import { discover, issuerNamed, MetadataError, metadataUrlOf } from '#lib/providers/metadata.ts'
import { addressOf, providerFetch, UnreachableError } from '#lib/providers/provider-fetch.ts'
import { aheadBy, type Finding, findingsOn, skewText } from './finding.ts'

const timeout = 10_000
/** Seconds by which clocks may differ: beyond, ID tokens are from the future, or have expired. */
const tolerance = 10

/**
 * Asks each provider and trusted issuer for its metadata, its keys and its time, and each operator for its
 * keys. Never rejects.
 */
export async function checkProviders({
  providers,
  trustedIssuers = [],
  operators = [],
}: ReadConfig['usable']): Promise<Finding[]> {
  const found = await Promise.all([
    ...providers.map(checkProvider),
    ...trustedIssuers.map(({ issuer }) =>
      checkIssuer(`trusted issuer ${issuer}`, issuerNamed(issuer, { providers }), false),
    ),
    ...operators.map(({ issuer, jwksUri }) => {
      const name = `operator ${issuer}`
      const place = { url: jwksUri, setBy: 'jwksUri' } as const
      return guarded(name, () => checkKeys(name, issuerNamed(issuer, { providers }), place))
    }),
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
  return guarded(name, async () => {
    const metadata = await discover(new Map(), issuer)
    const lacks = [...(signsIn ? (['authorization_endpoint', 'token_endpoint'] as const) : []), 'jwks_uri']
      .map(String)
      .filter((field) => metadata[field] === undefined)
    const optional = ['userinfo_endpoint', 'revocation_endpoint', 'end_session_endpoint'].filter(
      (field) => metadata[field] !== undefined,
    )
    const { jwks_uri } = metadata
    return [
      ok(`its metadata names the issuer ${issuer.issuer}`),
      ...lacks.map((field) =>
        fault(`its metadata has no ${field}`, 'Set it in endpoints, if the provider has one elsewhere.'),
      ),
      ...(signsIn ? [ok(`it offers ${optional.join(', ') || 'neither userinfo nor revocation'}`)] : []),
      ...(jwks_uri
        ? await guarded(name, () => checkKeys(name, issuer, { url: jwks_uri, setBy: 'jwks_uri' }))
        : []),
      ...(await guarded(name, () => checkClock(name, issuer, metadataUrlOf(issuer)))),
    ]
  })
}

// A plain OAuth provider has no metadata; whatever it answers here, it is there.
function checkEndpoint(name: string, provider: UpstreamProvider): Promise<Finding[]> {
  const { ok, fault } = findingsOn(name)
  return guarded(name, async () => {
    const { authorization } = provider.endpoints
    if (!authorization) return [fault('it has no authorization endpoint', 'Set endpoints.authorization.')]
    const clock = await checkClock(name, provider, authorization)
    return [ok(`${addressOf(authorization)} answers`), ...clock]
  })
}

/** An address of public keys, and the setting or member that names it. */
type KeyPlace = { url: string; setBy: 'jwks_uri' | 'jwksUri' }

async function checkKeys(
  name: string,
  addresses: Parameters<typeof providerFetch>[0],
  { url, setBy }: KeyPlace,
): Promise<Finding[]> {
  const { ok, fault } = findingsOn(name)
  const response = await providerFetch(addresses, 'keys')(url, { signal: AbortSignal.timeout(timeout) })
  const body: unknown = response.ok ? await response.json().catch(() => undefined) : undefined
  const { keys } = (body ?? {}) as { keys?: unknown }
  return Array.isArray(keys) && keys.length > 0
    ? [ok(`it publishes ${keys.length === 1 ? 'one key' : `${keys.length} keys`}`)]
    : [fault(`${addressOf(url)} answers ${response.status} and no keys`, `See that its ${setBy} is right.`)]
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

// What fails is a fault of its own, and hides nothing that was found before.
async function guarded(name: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    return [findingsOn(name).fault(...faultOf(error))]
  }
}

function faultOf(error: unknown): [message: string, advice: string] {
  const chain = errorChain(error)
  const unreachable = chain.find((one) => one instanceof UnreachableError)
  if (unreachable)
    return [
      unreachable.message,
      'See that this machine reaches it: name service, firewall, NODE_USE_ENV_PROXY, certificate.',
    ]
  const metadata = chain.find((one) => one instanceof MetadataError)
  if (metadata?.isTemporary)
    return [metadata.message, 'Try again in a while: the provider says that it cannot answer now.']
  if (metadata?.isMissing)
    return [
      metadata.message,
      'See that issuer is right; metadataUrl says where the metadata is, if it is elsewhere.',
    ]
  return [
    metadata?.message ?? causeText(error) ?? 'it cannot be looked at',
    'Set what the message expects, in the configuration or at the provider.',
  ]
}
