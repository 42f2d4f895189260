import { createHash } from 'node:crypto'
import type { Session } from './caller.ts'

/**
 * Baton's answer: when it was requested, how long it is fresh (in milliseconds), and in which generation of
 * the feed.
 */
export type SeenSession = {
  session: Session
  askedAt: number
  freshFor: number
  generation: number | undefined
}

export type SessionCache = ReturnType<typeof createSessionCache>

const mostEntries = 10_000

/**
 * Creates a cache of sessions by the SHA-256 of their web nonce. When it is full, the least recently used one
 * goes.
 */
export function createSessionCache(limit: number = mostEntries) {
  // A Map keeps its keys in the order of insertion.
  const entries = new Map<string, SeenSession>()
  return {
    get(key: string): SeenSession | undefined {
      const seen = entries.get(key)
      if (!seen) return undefined
      entries.delete(key)
      entries.set(key, seen)
      return seen
    },
    set(key: string, seen: SeenSession): void {
      entries.delete(key)
      entries.set(key, seen)
      const [oldest] = entries.keys()
      if (entries.size > limit && oldest !== undefined) entries.delete(oldest)
    },
    drop(key: string): void {
      entries.delete(key)
    },
    dropSid(sid: string): void {
      for (const [key, { session }] of entries) if (session.sid === sid) entries.delete(key)
    },
    clear(): void {
      entries.clear()
    },
    get size(): number {
      return entries.size
    },
  }
}

/**
 * Returns the cache key of a web nonce: a digest, so that the web nonce does not stay in memory after its
 * request.
 */
export function cacheKey(webNonce: string): string {
  return createHash('sha256').update(webNonce).digest('base64url')
}
