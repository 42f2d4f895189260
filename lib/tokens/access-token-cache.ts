import { LRUCache } from 'lru-cache'
import { isFresh } from './token-set.ts'

/** Milliseconds after which a stored token set is read again, in case another instance has renewed or failed it. */
const longest = 60_000
const mostEntries = 10_000
const mostBytes = 64 * 1024 * 1024

type Cached = { accessToken: string; expiresAt: number | undefined }

/** Access tokens by the token set that they were read from. */
export type AccessTokenCache = LRUCache<string, Cached>

/** An empty cache: a call needs no database while the access token that was read last is good. */
export function newAccessTokenCache(): AccessTokenCache {
  return new LRUCache({
    max: mostEntries,
    maxSize: mostBytes,
    ttl: longest,
    // By the wall clock, as the ends that it is held to are.
    perf: Date,
    ttlResolution: 0,
    sizeCalculation: ({ accessToken }) => 256 + accessToken.length,
  })
}

/** The access token of a token set while it is good. */
export function rememberedAccessToken(cache: AccessTokenCache, tokenSetId: string): string | undefined {
  const cached = cache.get(tokenSetId)
  return cached && isFresh(cached) ? cached.accessToken : undefined
}
