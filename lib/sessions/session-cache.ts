import { LRUCache } from 'lru-cache'
import type { LiveSession } from '#lib/db/sessions.ts'
import { type Moment, since, thisMoment } from '#lib/oauth/moment.ts'
import type { SessionToken } from './session-token.ts'

/** Bytes of rows, and of cookies and web nonces: of some 60,000 sessions each. */
const mostBytes = 64 * 1024 * 1024
/** Bytes of an entry without its texts of any length. */
const leastBytes = 1024
/** Milliseconds for which an opened cookie, or the session of a web nonce, is kept. */
const longest = 60_000

/**
 * A session's row, `undefined` if it had ended, when it was read, and when a use of the session was recorded
 * with that, if one was.
 */
export type Held = { session: LiveSession | undefined; readAt: Moment; usedAt: Moment | undefined }

type Credential = { sid: string; token?: SessionToken; keptAt: Moment }

/**
 * What one process keeps of sessions: opened cookies and web nonces by their SHA-256, rows by `sid`.
 */
export class SessionCache {
  readonly #rows = new LRUCache<string, Held>({
    maxSize: mostBytes,
    sizeCalculation: ({ session }) => leastBytes + (session ? textsOf(session) : 0),
  })
  readonly #reads = new Map<string, Promise<LiveSession | undefined>>()
  readonly #credentialsOf = new Map<string, Set<string>>()
  readonly #credentials = new LRUCache<string, Credential>({
    maxSize: mostBytes,
    // The copy of the access token is the only part that varies much.
    sizeCalculation: ({ token }) => leastBytes + (token?.accessToken?.length ?? 0),
    dispose: ({ sid }, digest) => {
      const digests = this.#credentialsOf.get(sid)
      digests?.delete(digest)
      if (digests?.size === 0) this.#credentialsOf.delete(sid)
    },
  })

  /** The content of an opened cookie, while the cookie is valid. */
  cookie(digest: string): SessionToken | undefined {
    const token = this.#fresh(digest)?.token
    return token && isGood(token) ? token : undefined
  }

  /** Keeps the content of a cookie. Opening one takes a few hundred microseconds, a lookup here two. */
  keepCookie(digest: string, token: SessionToken): void {
    this.#keep(digest, { sid: token.sid, token })
  }

  /** The session that a web nonce stands for, if it was looked up within the last minute. */
  sidOf(digest: string): string | undefined {
    const credential = this.#fresh(digest)
    return credential?.token ? undefined : credential?.sid
  }

  /** Keeps which session a web nonce stands for. */
  keepWebNonce(digest: string, sid: string): void {
    this.#keep(digest, { sid })
  }

  #fresh(digest: string): Credential | undefined {
    const credential = this.#credentials.get(digest)
    if (credential === undefined || since(credential.keptAt) < longest) return credential
    this.#credentials.delete(digest)
    return undefined
  }

  #keep(digest: string, credential: Omit<Credential, 'keptAt'>): void {
    this.#credentials.set(digest, { ...credential, keptAt: thisMoment() })
    const digests = this.#credentialsOf.get(credential.sid) ?? new Set()
    this.#credentialsOf.set(credential.sid, digests.add(digest))
  }

  held(sid: string): Held | undefined {
    return this.#rows.get(sid)
  }

  /**
   * The row that `find` reads; parallel callers share one read. The row is not kept when the session was
   * forgotten during the read: it may be older than the session's end. With `isUse`, `find` records a use.
   */
  read(
    sid: string,
    find: () => Promise<LiveSession | undefined>,
    { isUse = false } = {},
  ): Promise<LiveSession | undefined> {
    const known = this.#reads.get(sid)
    if (known) return known
    const usedAt = isUse ? thisMoment() : undefined
    const reading = find().then(
      (session) => {
        if (this.#reads.get(sid) === reading) {
          this.#reads.delete(sid)
          this.#rows.set(sid, { session, readAt: thisMoment(), usedAt })
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

  /** Drops everything known of sessions that have ended. */
  forget(sids: Iterable<string>): void {
    for (const sid of sids) {
      this.#rows.delete(sid)
      this.#reads.delete(sid)
      for (const digest of [...(this.#credentialsOf.get(sid) ?? [])]) this.#credentials.delete(digest)
    }
  }

  /** Drops the rows of sessions that use these token sets, so that they are read again. */
  forgetRowsOf(tokenSetIds: Iterable<string>): void {
    const ids = new Set(tokenSetIds)
    if (ids.size === 0) return
    for (const [sid, { session }] of this.#rows.entries())
      if (session?.tokenSetId && ids.has(session.tokenSetId)) this.#rows.delete(sid)
  }
}

function textsOf({ user: { name, email, image } }: LiveSession): number {
  return 2 * ((name?.length ?? 0) + (email?.length ?? 0) + (image?.length ?? 0))
}

function isGood({ exp }: SessionToken): boolean {
  return exp === undefined || exp * 1000 > Date.now()
}
