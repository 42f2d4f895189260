import type { Logger } from 'pino'
import { type RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { sha256 } from '#lib/crypto/digest.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { type Count, Window } from './window.ts'

type Settings = {
  name: string
  max: number
  seconds: number
  /** The count that instances share; without it, each counts for itself. */
  shared?: RateLimiterPostgres
  /** The count below which an instance that has told of its first goes on without telling. */
  quiet?: number
  /** Keys that are remembered; default 20,000. */
  mostKeys?: number
  log: Logger
}

/**
 * One limit: so many for each key within so many seconds. The count is in the database, and holds over all
 * instances; each writes the first of a key there, and what it has counted since when it comes near the
 * limit. While the database is away, each instance counts for itself.
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
    const position = ++count.points
    count.untold += 1
    const isTold = shared && !this.#isQuiet(count) && (await this.#tell(key, count, shared))
    if (!isTold && position > max) this.#refuse(count, this.#window.left(count))
  }

  /** Throws `slow_down` for a key that is beyond its limit; counts nothing. */
  async requireRoom(key: string): Promise<void> {
    const { max, shared } = this.#settings
    const count = this.#window.get(key)
    if (!count) return
    const known = shared && (await shared.get(storedKey(key)).catch(() => null))
    if (known && known.consumedPoints >= max) this.#refuse(count, known.msBeforeNext)
    if (!known && count.points >= max) this.#refuse(count, this.#window.left(count))
  }

  /** Gives back what was counted for a key in the present window. Never rejects. */
  async giveBack(key: string, times: number): Promise<void> {
    const { shared } = this.#settings
    const count = this.#window.get(key)
    if (!count) return
    const given = Math.min(times, count.points)
    count.points -= given
    count.untold -= given
    if (!shared || count.untold >= 0 || this.#isQuiet(count)) return
    const told = -count.untold
    count.untold = 0
    await shared.reward(storedKey(key), told).catch(() => {})
  }

  #isQuiet({ points, others }: Count): boolean {
    const { quiet = 0 } = this.#settings
    return others !== undefined && points + others <= quiet
  }

  // Resolves to `false` when the database is away.
  async #tell(key: string, count: Count, shared: RateLimiterPostgres): Promise<boolean> {
    const { name, log } = this.#settings
    const points = Math.max(count.untold, 0)
    count.untold -= points
    try {
      // The library makes milliseconds of it, which have to be whole ones.
      const customDuration = Math.ceil(this.#window.left(count) / 1000)
      const { consumedPoints } = await shared.consume(storedKey(key), points, { customDuration })
      count.others = Math.max(0, consumedPoints - count.points)
      return true
    } catch (error) {
      if (error instanceof RateLimiterRes) return this.#refuse(count, error.msBeforeNext)
      // What the database does not know of counts here all the same.
      count.untold += points
      logFailure(log, { err: error, limit: name }, 'an instance counts for itself')
      return false
    }
  }

  #refuse(count: Count, milliseconds: number): never {
    const { name, max, log } = this.#settings
    // One line for each key and window: the rest are as many as somebody likes to send.
    if (!count.isLogged) log.info({ limit: name }, 'a limit was reached')
    count.isLogged = true
    throw new OAuthError('slow_down', 'too many attempts; wait a moment before the next one', {
      detail: `${name}: more than ${max}`,
      retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)),
    })
  }
}

// Addresses and names of people are nobody's business who reads the table.
function storedKey(key: string): string {
  return sha256(key).toString('base64url')
}
