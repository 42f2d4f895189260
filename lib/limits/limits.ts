import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import type { LimitsConfig } from '#lib/config/limits.ts'
import type { Database } from '#lib/db/database.ts'
import { giveBackCounts, limitCounts } from '#lib/db/limit-counts.ts'
import { Limit, type SharedCount } from './limit.ts'

type Configured = Exclude<keyof LimitsConfig, 'verifiers'>

/**
 * What every instance counts for itself, whatever the configuration says. Its workers count together, in the
 * database.
 */
const own = {
  /**
   * Authorization requests, and sign-outs, of browsers without a session: of all whose address is known
   * together, and of all others. Each may leave a row.
   */
  requestsOfStrangers: { max: 10_000, seconds: 600 },
  signOutsOfStrangers: { max: 10_000, seconds: 600 },
  /** Both of each person, and of each cookie of a session at the OpenID Provider that may be made up. */
  requestsOfPeople: { max: 300, seconds: 600 },
  requestsOfCookies: { max: 300, seconds: 600 },
  /** Tokens by exchange, for each person in an app, and by code and refresh, for each session. */
  tokens: { max: 300, seconds: 600 },
  /** Sign-outs that applications begin in browsers without a session, for each address. */
  signOuts: { max: 60, seconds: 60 },
  /** DPoP proofs that leave a row, for each session. */
  proofs: { max: 3_000, seconds: 60 },
  /** Answers to one sign-in, each of which asks its provider. */
  answersOfSignIn: { max: 1, seconds: 900 },
} as const

/** Kept in memory by each worker, whose parts they are: of what anybody can make up there is no row. */
const inMemory = new Set<string>(['requestsOfCookies'])

/** What is counted over all instances, whatever the configuration says. */
const fixed = {
  /** Wrong user codes of other devices, for each session and for each address. RFC 8628, section 5.1. */
  userCodes: { max: 5, seconds: 60 },
  userCodesOfAddress: { max: 30, seconds: 60 },
} as const

type LimitName = Configured | keyof typeof own | keyof typeof fixed

/** The part of a limit below which an instance does not tell the others of each; its workers share it out. */
const quietPart = 1 / 8

type Needs = {
  db: Database
  config: { limits: LimitsConfig; database: { url?: string }; workers: number; listen: { port: number } }
  log: Logger
}

/** Who may take how much. A key that is `undefined` is counted for nobody. */
export class Limits {
  readonly #limits = new Map<LimitName, Limit>()
  readonly #instance: string

  constructor({ db, config, log }: Needs) {
    const { verifiers: _, ...configured } = config.limits
    // Workers of one instance have this in common, and no other instance has it.
    this.#instance = `${hostname()}:${config.listen.port}`
    for (const [name, bounds] of Object.entries({ ...configured, ...own, ...fixed }) as [
      LimitName,
      false | { max: number; seconds: number },
    ][]) {
      if (bounds === false) continue
      const isShared =
        config.database.url !== undefined && (!(name in own) || (config.workers > 1 && !inMemory.has(name)))
      const max = inMemory.has(name) ? Math.ceil(bounds.max / config.workers) : bounds.max
      const quiet = Math.floor((bounds.max * quietPart) / config.workers)
      const shared = isShared ? { shared: sharedCount(name, bounds, db), quiet } : {}
      this.#limits.set(name, new Limit({ name, ...bounds, max, ...shared, log }))
    }
  }

  /** The names of the limits that are in force. */
  get names(): string[] {
    return [...this.#limits.keys()]
  }

  /** Whether this limit is in force. */
  has(name: LimitName): boolean {
    return this.#limits.has(name)
  }

  /** Counts one. Throws `slow_down` beyond the limit. */
  async take(name: LimitName, key: string | undefined): Promise<void> {
    if (key !== undefined) await this.#limits.get(name)?.take(this.#keyOf(name, key))
  }

  /** Counts nothing, and throws `slow_down` where one more would be beyond the limit. */
  async requireRoom(name: LimitName, key: string | undefined): Promise<void> {
    if (key !== undefined) await this.#limits.get(name)?.requireRoom(this.#keyOf(name, key))
  }

  /** Gives back what was counted. Never rejects. */
  async giveBack(name: LimitName, key: string | undefined, times = 1): Promise<void> {
    if (key !== undefined) await this.#limits.get(name)?.giveBack(this.#keyOf(name, key), times)
  }

  #keyOf(name: LimitName, key: string): string {
    return name in own ? `${name} ${this.#instance} ${key}` : `${name} ${key}`
  }
}

function sharedCount(
  name: string,
  { max, seconds }: { max: number; seconds: number },
  db: Database,
): SharedCount {
  const limiter = new RateLimiterPostgres({
    storeClient: limitCounts(db),
    storeType: 'client',
    tableName: 'limit_counts',
    // The table is a migration's, and swept with the others.
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: name,
    points: max,
    duration: seconds,
  })
  return { limiter, giveBack: (key, points) => giveBackCounts(db, limiter.getKey(key), points) }
}
