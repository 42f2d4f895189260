import type { Logger } from 'pino'
import { type RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { sha256 } from '#lib/crypto/digest.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { since, thisMoment } from '#lib/oauth/moment.ts'
import { report } from '#lib/telemetry/reports.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { type Count, Window } from './window.ts'

/** Milliseconds for which a key that is beyond its limit is refused without a question to the database. */
const refusedFor = 1_000

/** The count that instances share. */
export type SharedCount = {
  limiter: RateLimiterPostgres
  giveBack(key: string, points: number): Promise<void>
}

type Settings = {
  name: string
  max: number
  seconds: number
  /** Without it, each instance counts for itself. */
  shared?: SharedCount
  /** The count below which an instance that has told of its first goes on without telling. */
  quiet?: number
  /** Keys that are remembered; default 20,000. */
  mostKeys?: number
  log: Logger
}

/**
 * One limit: so many for each key within so many seconds. The count is in the database, and holds over all
 * instances; each writes the first of a key there, and what it has counted since when it comes near the
 * limit. What is refused is not counted. While the database is away, each instance counts for itself.
 */
export class Limit {
  readonly #settings: Settings
  readonly #window: Window

  constructor(settings: Settings) {
    this.#settings = settings
    this.#window = new Window(settings.seconds, settings.mostKeys ?? 20_000)
  }

  /** Counts one for a key, which is stored as its SHA-256. Throws `slow_down` beyond the limit. */
  async take(key: string): Promise<void> {
    const { max, shared } = this.#settings
    const count = this.#window.open(key)
    this.#requireOwnRoom(count)
    count.points += 1
    count.untold += 1
    if (shared && !this.#isQuiet(count)) await this.#tell(key, count, shared)
    else if (count.points > max) this.#refuse(count, 1)
  }

  /** Throws `slow_down` for a key that is beyond its limit; counts nothing. */
  async requireRoom(key: string): Promise<void> {
    const { max, shared } = this.#settings
    const count = this.#window.open(key)
    this.#requireOwnRoom(count)
    if (shared && count.others === undefined) {
      const known = await this.#asked(() => shared.limiter.get(storedKey(key)))
      if (known !== undefined) count.others = Math.max(0, (known?.consumedPoints ?? 0) - count.points)
      if (known && known.consumedPoints >= max) {
        count.refusedAt = thisMoment()
        count.others = undefined
        this.#refuse(count, 0, known.msBeforeNext)
      }
    }
    if (count.points + (count.others ?? 0) >= max) this.#refuse(count, 0)
    count.refusedAt = undefined
  }

  /** Gives back what was counted for a key in the present window. Never rejects. */
  async giveBack(key: string, times: number): Promise<void> {
    const { shared } = this.#settings
    const count = this.#window.get(key)
    const given = Math.min(times, count?.points ?? 0)
    // The rest was counted by another instance, which has told of it.
    let told = times - given
    if (count) {
      count.points -= given
      count.untold -= given
      if (count.untold < 0 && !this.#isQuiet(count)) {
        told -= count.untold
        count.untold = 0
      }
    }
    if (shared && told > 0) await this.#asked(() => shared.giveBack(storedKey(key), told))
  }

  #isQuiet({ points, others }: Count): boolean {
    const { quiet = 0 } = this.#settings
    return others !== undefined && points + others <= quiet
  }

  // What this process knows is enough to refuse; once a second it asks whether something was given back.
  #requireOwnRoom(count: Count): void {
    if (count.refusedAt === undefined) return
    if (since(count.refusedAt) < refusedFor) this.#refuse(count, 0)
    // Of many at once, this one asks.
    count.refusedAt = thisMoment()
  }

  async #tell(key: string, count: Count, { limiter, giveBack }: SharedCount): Promise<void> {
    const { max } = this.#settings
    const points = Math.max(count.untold, 0)
    count.untold -= points
    const position = count.points
    try {
      const { consumedPoints } = await limiter.consume(storedKey(key), points)
      count.others = Math.max(0, consumedPoints - count.points)
      count.refusedAt = undefined
    } catch (error) {
      if (error instanceof RateLimiterRes) {
        count.refusedAt = thisMoment()
        // What others have counted is to be asked for, before anything is let through by what was known.
        count.others = undefined
        // It has counted what is refused.
        await this.#asked(() => giveBack(storedKey(key), 1))
        count.points -= 1
        this.#refuse(count, 0, error.msBeforeNext)
      }
      this.#tellOfFailure(error)
      count.refusedAt = undefined
      // What the database does not know of counts here all the same.
      count.untold += points
      if (position > max) this.#refuse(count, 1)
    }
  }

  async #asked<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await ask()
    } catch (error) {
      this.#tellOfFailure(error)
      return undefined
    }
  }

  #tellOfFailure(err: unknown): void {
    const { name, log } = this.#settings
    logFailure(log, 'limit.alone', { err, limit: name })
  }

  #refuse(count: Count, taken: number, milliseconds = this.#window.left(count)): never {
    const { name, max, log } = this.#settings
    report('limit.refused', { limit: name })
    count.points -= taken
    count.untold -= taken
    // One line for each key and window: the rest are as many as somebody likes to send.
    if (!count.isLogged) tell(log, 'limit.reached', { limit: name })
    count.isLogged = true
    throw new OAuthError('slow_down', 'too many attempts; wait a moment before the next one', {
      detail: `${name}: more than ${max}`,
      retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)),
    })
  }
}

// The table tells its reader no address and no name of a person.
function storedKey(key: string): string {
  return sha256(key).toString('base64url')
}
