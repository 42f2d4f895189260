import type { Session } from './caller.ts'
import type { Feed } from './feed.ts'
import type { Introspected } from './introspection.ts'
import type { RevokedSids } from './revoked-sids.ts'
import { cacheKey, type SeenSession, type SessionCache } from './session-cache.ts'
import { looksLikeWebNonce } from './token.ts'

const longestWithFeed = 60_000

type SessionSources = {
  introspect(webNonce: string): Promise<Introspected>
  feed: Pick<Feed, 'isLive' | 'generation'> | undefined
  revoked: RevokedSids
  cache: SessionCache
  clock: () => number
}

/**
 * Creates a function that returns the live session of a web nonce, or `undefined`; whether the web nonce is
 * bound to a key is for its caller to check. It reuses an answer
 * for the time that Baton allows (at most 5 seconds), and for up to 60 seconds while the feed is live.
 * Parallel calls for one web nonce share one request.
 * The function throws `Unavailable`.
 */
export function createGetSession({ introspect, feed, revoked, cache, clock }: SessionSources) {
  const pending = new Map<string, Promise<Session | undefined>>()

  async function ask(webNonce: string, key: string): Promise<Session | undefined> {
    const askedAt = clock()
    const generation = feed?.generation
    const answer = await introspect(webNonce)
    // Baton may have answered before a revocation that the feed reported in the meantime.
    const session = answer && !revoked.has(answer.session.sid) ? answer.session : undefined
    if (session && answer?.freshFor) cache.set(key, { ...answer, askedAt, generation })
    else cache.drop(key)
    return session
  }

  function isGood({ session, askedAt, freshFor, generation }: SeenSession): boolean {
    const now = clock()
    const age = now - askedAt
    // After the clock was set back, every answer would look fresh.
    if (age < 0 || now >= session.expiresAt * 1000) return false
    // If the feed had a gap since the answer, it may have missed a revocation.
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
