import { LRUCache } from 'lru-cache'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { SessionToken } from './session-token.ts'

/** Milliseconds that a session is taken as it was seen, at the most: so long may another instance's sign-out go unnoticed. */
const longest = 5_000
const mostEntries = 20_000
const mostBytes = 64 * 1024 * 1024

export type CachedSession = { session: LiveSession; token: SessionToken }

/** Sessions by the SHA-256 of the cookie that they came by, bounded in entries, bytes and time. */
export type SessionCache = LRUCache<string, CachedSession>

/** An empty cache. Opening a cookie costs a few hundred microseconds and a database read, a look here two. */
export function newSessionCache(): SessionCache {
  return new LRUCache({
    max: mostEntries,
    maxSize: mostBytes,
    ttl: longest,
    // By the wall clock, as the ends that it is held to are.
    perf: Date,
    ttlResolution: 0,
    // What an entry weighs: the copy of the access token is the only part of it that varies much.
    sizeCalculation: ({ token }) => 2048 + (token.accessToken?.length ?? 0),
  })
}

/** Keeps a session that was seen alive, never beyond its own end. */
export function rememberSession(cache: SessionCache, key: string, seen: CachedSession): void {
  const ends = Math.min(seen.session.expiresAt.getTime(), (seen.token.exp ?? Number.POSITIVE_INFINITY) * 1000)
  const left = Math.min(longest, ends - Date.now())
  if (left > 0) cache.set(key, seen, { ttl: left })
}

/** Drops sessions that have ended, whatever cookies they came by. */
export function forgetSessions(cache: SessionCache, sids: readonly string[]): void {
  const ended = new Set(sids)
  if (ended.size === 0) return
  for (const [key, { session }] of cache.entries()) if (ended.has(session.id)) cache.delete(key)
}
