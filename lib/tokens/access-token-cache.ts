import { LRUCache } from 'lru-cache'
import { secondsLeft, type TokenSet } from './token-set.ts'

const mostEntries = 10_000
const mostBytes = 64 * 1024 * 1024

export type CachedAccessToken = Pick<TokenSet, 'accessToken' | 'expiresAt' | 'lifetime'> & {
  /** By this process's monotonic clock, in milliseconds. */
  goodUntil: number
  /** How many refreshed token sets were stored before it. */
  version: number
}

/** Access tokens by the token set that they were read from. */
export type AccessTokenCache = LRUCache<string, CachedAccessToken>

/**
 * An empty cache of access tokens. A call needs no database as long as the cached access token is not due: no
 * instance refreshes a token set before that, and the feed (`revocation-feed.ts`) reports failed refreshes of
 * other instances.
 */
export function newAccessTokenCache(): AccessTokenCache {
  return new LRUCache({
    max: mostEntries,
    maxSize: mostBytes,
    sizeCalculation: ({ accessToken }) => 256 + accessToken.length,
  })
}

/**
 * Keeps the access token of a token set that was stored `age` seconds ago by the database's clock. It is good
 * no longer than this process knew before: the clocks may have been set back since.
 */
export function rememberAccessToken(
  id: string,
  { accessToken, expiresAt, lifetime }: TokenSet,
  { age, version }: { age: number; version: number },
  cache: AccessTokenCache,
): CachedAccessToken {
  const known = cache.peek(id)
  const isKnown = known?.version === version && known.accessToken === accessToken
  const times = { expiresAt, lifetime, ...(isKnown && { goodUntil: known.goodUntil }) }
  const goodUntil = performance.now() + secondsLeft(times, age) * 1000
  const kept = { accessToken, expiresAt, lifetime, goodUntil, version }
  cache.set(id, kept)
  return kept
}
