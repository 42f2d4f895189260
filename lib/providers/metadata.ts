import {
  type AuthorizationServer,
  allowInsecureRequests,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi'
import { isSecure } from '#lib/config/is-secure.ts'
import { OAuthError } from '#lib/oauth/error.ts'

const keepFor = 3600_000
const timeout = 5000

/**
 * Metadata by issuer, each with the time (ms since the epoch) until which it is used without asking again.
 */
export type MetadataCache = Map<string, { metadata: Promise<AuthorizationServer>; until: number }>

/**
 * An issuer's metadata, cached for an hour; its `issuer` must equal the one asked for. Throws
 * `temporarily_unavailable` when it cannot be read; the next call asks again. OpenID Connect Discovery 1.0,
 * section 4.
 */
export function discover(cache: MetadataCache, issuer: string): Promise<AuthorizationServer> {
  const known = cache.get(issuer)
  if (known && known.until > Date.now()) return known.metadata
  const metadata = request(issuer)
  cache.set(issuer, { metadata, until: Date.now() + keepFor })
  metadata.catch(() => cache.delete(issuer))
  return metadata
}

async function request(issuer: string): Promise<AuthorizationServer> {
  const identifier = new URL(issuer)
  try {
    const response = await discoveryRequest(identifier, {
      // The configuration allows plain http for loopback addresses only.
      [allowInsecureRequests]: identifier.protocol === 'http:',
      signal: AbortSignal.timeout(timeout),
    })
    const metadata = await processDiscoveryResponse(identifier, response)
    // Baton trusts keys from here and sends refresh tokens and client secrets here: an issuer must not name
    // endpoints without TLS.
    for (const endpoint of [metadata.jwks_uri, metadata.token_endpoint])
      if (endpoint !== undefined && !isSecure(endpoint))
        throw new Error(`${endpoint} is not protected by TLS`)
    return metadata
  } catch (cause) {
    throw new OAuthError('temporarily_unavailable', 'the issuer cannot be reached at the moment', {
      cause,
      detail: `metadata of ${issuer}`,
    })
  }
}
