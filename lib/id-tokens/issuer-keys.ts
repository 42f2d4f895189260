import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { OAuthError } from '#lib/oauth/error.ts'
import { discover, type MetadataCache } from '#lib/providers/metadata.ts'

const keepFor = 600_000
const cooldown = 30_000
const pauseAfterFailure = 2000
const timeout = 5000

/** A key finder for each `jwks_uri`. */
export type IssuerKeys = Map<string, JWTVerifyGetKey>

/**
 * A key finder for tokens of one issuer. Its JWKS is cached for ten minutes, and fetched again for an unknown
 * `kid`, but for that reason at most once in 30 seconds: forged tokens must not make Baton flood the issuer
 * with requests. The finder throws `temporarily_unavailable` when the keys cannot be fetched.
 */
export async function keysOf(
  issuer: string,
  cache: { keys: IssuerKeys; metadata: MetadataCache },
): Promise<JWTVerifyGetKey> {
  const { jwks_uri } = await discover(cache.metadata, issuer)
  if (!jwks_uri) throw unavailable(issuer, new Error('its metadata has no jwks_uri'))
  const known = cache.keys.get(jwks_uri)
  if (known) return known

  const jwks = createRemoteJWKSet(new URL(jwks_uri), {
    cacheMaxAge: keepFor,
    cooldownDuration: Number.POSITIVE_INFINITY,
    timeoutDuration: timeout,
  })
  let refetch: Promise<void> | undefined
  let lastRefetch = Number.NEGATIVE_INFINITY
  const finder: JWTVerifyGetKey = async (header, token) => {
    try {
      return await jwks(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw aboutKeys(error, issuer)
      if (!refetch || Date.now() - lastRefetch >= cooldown) {
        lastRefetch = Date.now()
        refetch = jwks.reload()
      }
      // Parallel tokens share one refetch. A failed refetch does not make a token invalid.
      await refetch.catch((cause) => {
        lastRefetch = Math.min(lastRefetch, Date.now() - cooldown + pauseAfterFailure)
        throw unavailable(issuer, cause)
      })
      return await jwks(header, token)
    }
  }
  cache.keys.set(jwks_uri, finder)
  return finder
}

// Only these two errors are about the token; all others (no answer, no JSON, no keys) are about the issuer.
function aboutKeys(error: unknown, issuer: string): unknown {
  const ofTheToken =
    error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported
  return ofTheToken ? error : unavailable(issuer, error)
}

function unavailable(issuer: string, cause: unknown): OAuthError {
  return new OAuthError('temporarily_unavailable', "the issuer's keys cannot be had at the moment", {
    cause,
    detail: `keys of ${issuer}`,
    retryAfter: 5,
  })
}
