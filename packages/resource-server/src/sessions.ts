import { looksLikeWebNonce } from './bearer.ts'
import type { Session } from './caller.ts'
import type { Feed } from './feed.ts'
import type { Introspected } from './introspection.ts'
import type { RevokedSids } from './revoked-sids.ts'
import { cacheKey, type SeenSession, type SessionCache } from './session-cache.ts'

const longestWithFeed = 60_000

export type SessionSources = {
  introspect(webNonce: string): Promise<Introspected>
  feed: Pick<Feed, 'isLive' | 'generation'> | undefined
  revoked: RevokedSids
  cache: SessionCache
  clock: () => number
}

/**
 * Makes `getSession`: the live session that a web nonce stands for, or nothing. An answer serves for the seconds that
 * Baton gave it (at most 5), and for up to 60 while the feed is live; parallel questions about one web nonce are one.
 * The function throws `Unavailable`.
 */
export function createGetSession({ introspect, feed, revoked, cache, clock }: SessionSources) {
  const pending = new Map<string, Promise<Session | undefined>>()

  async function ask(webNonce: string, key: string): Promise<Session | undefined> {
    const askedAt = clock()
    const generation = feed?.generation
    const answer = await introspect(webNonce)
    // The answer may have been made before a revocation of which the feed told while it was under way.
    const session = answer && !revoked.has(answer.session.sid) ? answer.session : undefined
    if (session && answer?.freshFor) cache.set(key, { ...answer, askedAt, generation })
    else cache.drop(key)
    return session
  }

  function isGood({ session, askedAt, freshFor, generation }: SeenSession): boolean {
    const now = clock()
    const age = now - askedAt
    // A clock that was set back would make everything young again.
    if (age < 0 || now >= session.expiresAt * 1000) return false
    // With a gap between the answer and what the feed has told since, a revocation could lie in it.
    const isWatched = feed?.isLive() && generation !== undefined && generation === feed.generation
    return age < (isWatched ? longestWithFeed : freshFor)
  }

  return async function getSession(webNonce: string): Promise<Session | undefined> {
    if (!looksLikeWebNonce(webNonce)) return undefined
    const key = cacheKey(webNonce)
    const seen = cache.get(key)
    if (seen && isGood(seen)) return seen.session

    let answer = pending.get(key)
    if (!answer) {
      answer = ask(webNonce, key).finally(() => pending.delete(key))
      pending.set(key, answer)
    }
    return answer
  }
}
