import { LRUCache } from 'lru-cache'
import type { TokenSet } from './token-set.ts'

const mostEntries = 10_000
const mostBytes = 64 * 1024 * 1024

export type CachedAccessToken = Pick<TokenSet, 'accessToken' | 'expiresAt' | 'lifetime'>

/** Access tokens by the token set that they were read from. */
export type AccessTokenCache = LRUCache<string, CachedAccessToken>

/**
 * An empty cache: a call needs no database while the access token that was read last is not due. Nobody refreshes one before
 * that, and the feed (`revocation-feed.ts`) tells of those whose refresh has failed elsewhere.
 */
export function newAccessTokenCache(): AccessTokenCache {
  return new LRUCache({
    max: mostEntries,
    maxSize: mostBytes,
    sizeCalculation: ({ accessToken }) => 256 + accessToken.length,
  })
}
