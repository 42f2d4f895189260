import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { since, thisMoment } from '#lib/oauth/moment.ts'
import { discover, issuerNamed, type MetadataCache } from '#lib/providers/metadata.ts'
import { inProviderCall } from '#lib/providers/provider-call.ts'
import { reachable } from '#lib/providers/provider-fetch.ts'

const keepFor = 600_000
const cooldown = 30_000
const pauseAfterFailure = 2000
const timeout = 5000

/** A key finder for each `jwks_uri`. */
export type IssuerKeys = Map<string, JWTVerifyGetKey>

/**
 * A key finder for tokens of one issuer, by the JWKS that its metadata names. Throws as `keysAt` and
 * `discover` do.
 */
export async function keysOf(issuer: string, cache: KeyCache): Promise<JWTVerifyGetKey> {
  const { jwks_uri } = await discover(cache.metadata, issuerNamed(issuer, cache))
  if (!jwks_uri) throw unavailable(issuer, new Error('its metadata has no jwks_uri'))
  return keysAt(jwks_uri, issuer, cache)
}

type KeyCache = { keys: IssuerKeys; metadata: MetadataCache; providers: UpstreamProvider[] }

/**
 * A key finder for tokens of one issuer, by its JWKS. They are cached for ten minutes, and fetched again for
 * an unknown `kid`, but for that reason at most once in 30 seconds: forged tokens must not make Baton flood
 * the issuer with requests. The finder throws `temporarily_unavailable` when the keys cannot be fetched, or
 * may not be fetched again yet: a token under a new key must not be called bad.
 */
export function keysAt(
  jwksUri: string,
  issuer: string,
  cache: Pick<KeyCache, 'keys' | 'providers'>,
): JWTVerifyGetKey {
  const known = cache.keys.get(jwksUri)
  if (known) return known

  const of = issuerNamed(issuer, cache)
  let fetchedAt = thisMoment()
  const jwks = createRemoteJWKSet(new URL(jwksUri), {
    cacheMaxAge: keepFor,
    cooldownDuration: Number.POSITIVE_INFINITY,
    timeoutDuration: timeout,
    [customFetch](url, init) {
      fetchedAt = thisMoment()
      const at = reachable(url, of)
      return inProviderCall(
        { call: 'keys', provider: of.id, url: at },
        () => fetch(at, init),
        ({ status }) => status,
      )
    },
  })
  const isKnown = (kid: string | undefined) =>
    kid === undefined || jwks.jwks()?.keys.some((key) => key.kid === kid)
  let refetch: Promise<void> | undefined
  let nextRefetch = Number.NEGATIVE_INFINITY
  const finder: JWTVerifyGetKey = async (header, token) => {
    try {
      // By the wall clock alone, the library keeps them for longer after it was set back.
      if (jwks.fresh && since(fetchedAt) >= keepFor) await jwks.reload()
      return await jwks(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw aboutKeys(error, issuer)
    }
    const isForThis = performance.now() >= nextRefetch
    if (isForThis) {
      nextRefetch = performance.now() + cooldown
      // A failed refetch does not make a token invalid.
      refetch = jwks.reload().catch((cause) => {
        nextRefetch = performance.now() + pauseAfterFailure
        throw unavailable(issuer, cause)
      })
    }
    // Parallel tokens share one refetch.
    await refetch
    try {
      return await jwks(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw aboutKeys(error, issuer)
      if (isForThis || isKnown(header.kid)) throw error
      // The keys were fetched before this token came, and the issuer may have changed them since.
      const pause = Math.max(Math.ceil((nextRefetch - performance.now()) / 1000), 1)
      throw unavailable(issuer, error, {
        detail: `none of the keys of ${issuer} has the token's kid; the next fetch may be in ${pause} s`,
        retryAfter: pause,
      })
    }
  }
  cache.keys.set(jwksUri, finder)
  return finder
}

// Only these two errors are about the token; all others (no answer, no JSON, no keys) are about the issuer.
function aboutKeys(error: unknown, issuer: string): unknown {
  const ofTheToken =
    error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported
  return ofTheToken ? error : unavailable(issuer, error)
}

function unavailable(
  issuer: string,
  cause: unknown,
  { detail = `keys of ${issuer}`, retryAfter = 5 } = {},
): OAuthError {
  return new OAuthError('temporarily_unavailable', "the issuer's keys cannot be had at the moment", {
    cause,
    detail,
    retryAfter,
  })
}
