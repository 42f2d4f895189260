import { LRUCache } from 'lru-cache'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { SessionToken } from './session-token.ts'

const mostSessions = 20_000
const mostCookies = 20_000
const mostBytes = 64 * 1024 * 1024
/** Milliseconds for which an opened cookie is known. */
const longest = 60_000

/** A session's row as it was read, in milliseconds since the epoch; none when it had ended. */
export type Held = { session: LiveSession | undefined; readAt: number }

/** What one process knows of sessions: cookies that it has opened, by their SHA-256, and rows, by `sid`. */
export class SessionCache {
  readonly #rows = new LRUCache<string, Held>({ max: mostSessions })
  readonly #reads = new Map<string, Promise<LiveSession | undefined>>()
  readonly #cookiesOf = new Map<string, Set<string>>()
  readonly #cookies = new LRUCache<string, SessionToken>({
    max: mostCookies,
    maxSize: mostBytes,
    ttl: longest,
    // By the wall clock, as the ends that it is held to are.
    perf: Date,
    ttlResolution: 0,
    // What an entry weighs: the copy of the access token is the only part of it that varies much.
    sizeCalculation: ({ accessToken }) => 1024 + (accessToken?.length ?? 0),
    dispose: ({ sid }, digest) => {
      const digests = this.#cookiesOf.get(sid)
      digests?.delete(digest)
      if (digests?.size === 0) this.#cookiesOf.delete(sid)
    },
  })

  /** What an opened cookie says, while the cookie itself is good. */
  cookie(digest: string): SessionToken | undefined {
    const token = this.#cookies.get(digest)
    return token && isGood(token) ? token : undefined
  }

  /** Keeps what a cookie says. Opening one costs a few hundred microseconds, a look here two. */
  keepCookie(digest: string, token: SessionToken): void {
    this.#cookies.set(digest, token)
    const digests = this.#cookiesOf.get(token.sid) ?? new Set()
    this.#cookiesOf.set(token.sid, digests.add(digest))
  }

  held(sid: string): Held | undefined {
    return this.#rows.get(sid)
  }

  /**
   * The row as `find` reads it, once for all who ask meanwhile. It is kept, unless the session was forgotten while it was being read:
   * what was read may be older than the reason.
   */
  read(sid: string, find: () => Promise<LiveSession | undefined>): Promise<LiveSession | undefined> {
    const known = this.#reads.get(sid)
    if (known) return known
    const reading = find().then(
      (session) => {
        if (this.#reads.get(sid) === reading) {
          this.#reads.delete(sid)
          this.#rows.set(sid, { session, readAt: Date.now() })
        }
        return session
      },
      (error) => {
        if (this.#reads.get(sid) === reading) this.#reads.delete(sid)
        throw error
      },
    )
    this.#reads.set(sid, reading)
    return reading
  }

  /** Drops all that is known of sessions that have ended, whatever cookies they came by. */
  forget(sids: Iterable<string>): void {
    for (const sid of sids) {
      this.#rows.delete(sid)
      this.#reads.delete(sid)
      for (const digest of [...(this.#cookiesOf.get(sid) ?? [])]) this.#cookies.delete(digest)
    }
  }

  /** Has the rows read again of sessions that use these token sets. */
  forgetRowsOf(tokenSetIds: Iterable<string>): void {
    const ids = new Set(tokenSetIds)
    if (ids.size === 0) return
    for (const [sid, { session }] of this.#rows.entries())
      if (session?.tokenSetId && ids.has(session.tokenSetId)) this.#rows.delete(sid)
  }
}

function isGood({ exp }: SessionToken): boolean {
  return exp === undefined || exp * 1000 > Date.now()
}
