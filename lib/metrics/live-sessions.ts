import { setTimeout as sleep } from 'node:timers/promises'
import { countLiveSessions } from '#lib/db/count-sessions.ts'
import type { Database } from '#lib/db/database.ts'

/** Milliseconds for which a count holds, and for which a scrape waits for a new one. */
const holds = 15_000
const patience = 1_000

type Counts = Awaited<ReturnType<typeof countLiveSessions>>

/** The number of live sessions, counted when somebody asks, and at most once in 15 seconds. */
export class LiveSessions {
  readonly #db: Pick<Database, '$prepared'>
  #counts: Counts | undefined
  #asked: Promise<void> | undefined
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(db: Pick<Database, '$prepared'>) {
    this.#db = db
  }

  /** The last count; `undefined` where the database has not given one. Never rejects. */
  async counts(): Promise<Counts | undefined> {
    if (!this.#asked && performance.now() - this.#askedAt >= holds) this.#asked = this.#ask()
    // A database that hangs is asked once, however many scrapes there are.
    if (this.#asked) await Promise.race([this.#asked, sleep(patience, undefined, { ref: false })])
    return this.#counts
  }

  async #ask(): Promise<void> {
    this.#askedAt = performance.now()
    this.#counts = await countLiveSessions(this.#db).catch(() => undefined)
    this.#asked = undefined
  }
}
