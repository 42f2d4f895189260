import { LRUCache } from 'lru-cache'
import type { TokenSet } from './token-set.ts'

const mostEntries = 10_000
const mostBytes = 64 * 1024 * 1024

type CachedAccessToken = Pick<TokenSet, 'accessToken' | 'expiresAt' | 'lifetime'>

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
