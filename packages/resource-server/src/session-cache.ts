import { createHash } from 'node:crypto'
import type { Session } from './caller.ts'

/** An answer of Baton's: when it was asked for, how long it is fresh, and in which generation of the feed. */
export type SeenSession = {
  session: Session
  askedAt: number
  freshFor: number
  generation: number | undefined
}

export type SessionCache = ReturnType<typeof createSessionCache>

const mostEntries = 10_000

/** Sessions by the SHA-256 of their web nonce; what was not asked for longest makes room for what is new. */
export function createSessionCache(limit: number = mostEntries) {
  // A Map keeps the order in which its keys came.
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

/** The key of a web nonce, so that none lies about in memory for longer than its request takes. */
export function cacheKey(webNonce: string): string {
  return createHash('sha256').update(webNonce).digest('base64url')
}
