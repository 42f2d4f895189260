import { EventEmitter } from 'node:events'
import { setImmediate as others } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Database } from '#lib/db/database.ts'
import { type RevocationSpan, revocationsIn } from '#lib/db/revocations.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { since, thisMoment } from '#lib/oauth/moment.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { FeedReaders } from './feed-readers.ts'
import { KnownEndings } from './known-endings.ts'
import { RevocationLooks } from './revocation-looks.ts'

/** Milliseconds between looks: the most by which a refusal here lags behind an ending on another instance. */
const lookEvery = 500
/** Milliseconds for which this process goes on with what it knows while it cannot reach the database. */
const longestSilence = 30_000
/** Milliseconds for which endings are known: looks find them again. */
const knownFor = 120_000

type Listener = {
  ended(sids: string[]): void
  failed(tokenSetIds: string[]): void
  /** The database has been unreachable for so long that no session is accepted. */
  lost(): void
}

/**
 * Finds what any instance has revoked, with one query for the whole process, so that calls need no query of
 * their own. It also knows since when the database has been unreachable.
 */
export class RevocationFeed {
  readonly #db: Database
  readonly #log: Logger
  readonly #listener: Listener
  /** Reported endings, kept for as long as looks find them again. */
  readonly #known = new KnownEndings()
  readonly #looks: RevocationLooks
  /** The streams by which resource servers follow it. */
  readonly readers = new FeedReaders()
  #contact = thisMoment()
  #looking: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  /** Whether this process is about to stop: a stream that begins now has to end. */
  hasLeft = false
  /** Whether the last look failed. */
  isAway = false
  /**
   * The time of the last look, in milliseconds since the epoch of the database's clock; 0 before the first.
   */
  cursor = 0
  /**
   * `ended`: sessions have ended, reported once each. `looked`: the database has answered a look. `away`:
   * subscribers can no longer rely on this process.
   */
  readonly events = new EventEmitter<{ ended: [sids: string[]]; looked: []; away: [] }>().setMaxListeners(0)

  constructor({ db, log }: { db: Database; log: Logger }, listener: Listener) {
    this.#db = db
    this.#log = log
    this.#listener = listener
    this.#looks = new RevocationLooks(db)
    this.#again()
  }

  /** Milliseconds since the last look that the database has answered. */
  get lag(): number {
    return since(this.#contact)
  }

  /** Whether this process has heard from the database lately enough to rely on what it knows. */
  get isRecent(): boolean {
    return this.lag <= longestSilence
  }

  /** Throws `temporarily_unavailable` when this process has not heard from the database for 30 seconds. */
  async requireContact(): Promise<void> {
    if (this.isRecent) return
    // A suspended process has missed its looks: look now. A look under way may have begun before.
    for (let looks = 0; looks < 2 && !this.isAway && !this.isRecent; looks++) await this.look()
    if (!this.isRecent)
      throw new OAuthError('temporarily_unavailable', 'the session cannot be checked right now; try again')
  }

  /** Emits `ended` for sessions not yet reported. */
  tell(sids: string[]): void {
    this.#emit(sids.filter((sid) => this.#known.add(sid)))
  }

  #emit(news: string[]): void {
    if (news.length > 0) this.events.emit('ended', news)
  }

  /** Tells subscribers to reconnect to another instance, as this process is about to stop. */
  leave(): void {
    this.hasLeft = true
    this.events.emit('away')
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #again(): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => this.look().finally(() => this.#again()), lookEvery)
    this.#timer.unref()
  }

  /** Looks now, or waits for a look in progress. Never rejects; `isAway` says whether it failed. */
  look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #lookOnce(): Promise<void> {
    const began = thisMoment()
    try {
      const { spans, at, isRead } = await this.#looks.look()
      for (const span of spans) await this.#report(span)
      isRead()
      this.#known.age(knownFor)
      this.cursor = at
      this.#contact = began
      this.events.emit('looked')
      if (this.isAway) tell(this.#log, 'database.back')
      this.isAway = false
    } catch (error) {
      // The process stops: it is this process that has left, not the database.
      if (this.#isClosed) return
      if (!this.isAway) {
        tell(this.#log, 'database.away', { err: error })
        this.events.emit('away')
      }
      this.isAway = true
      if (!this.isRecent) this.#listener.lost()
    }
  }

  // A moment may hold as many endings as there are sessions: calls go on between its pages.
  async #report(span: RevocationSpan): Promise<void> {
    for await (const page of revocationsIn(this.#db, span)) {
      const news = page.filter(({ key }) => this.#known.add(key)).map(({ id }) => id)
      this.#listener[span.kind](news)
      if (span.kind === 'ended') this.#emit(news)
      await others()
    }
  }
}
