import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { discover, type MetadataCache } from '#lib/issuers/metadata.ts'
import { OAuthError } from '#lib/oauth/error.ts'

const keepFor = 600_000
const cooldown = 30_000
const pauseAfterFailure = 2000
const timeout = 5000

/** A key finder for each `jwks_uri`. */
export type IssuerKeys = Map<string, JWTVerifyGetKey>

/**
 * A key finder for tokens of one issuer, by its JWKS: kept for ten minutes, fetched anew for an unknown `kid`, but
 * for that reason at most once in 30 seconds, so that forged tokens cannot make Baton hammer the issuer.
 * The finder throws `temporarily_unavailable` when the keys cannot be had.
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
      // Of tokens that come together all wait for the one refetch; one that failed says nothing of any token.
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

// What says something of the token is the token's fault; all else (no answer, no JSON, no keys) is the issuer's.
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
