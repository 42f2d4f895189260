import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { awayAs } from './away.ts'
import { newestMigration } from './migrations.ts'
import type { Statement } from './prepared.ts'

/** Milliseconds that a look waits for the database, and for which its result holds. */
const patience = 2_000
const holds = 1_000
/** Bytes that a database with a full disk has to find room for before it counts as well again. */
const roomy = 48 * 1024
const hasNoTable = /^(42P01|3F000|P2021|TableDoesNotExist)$/
/** Disk full, I/O error, and the embedded database's own trouble with its files. */
const hasNoRoom = /^(53100|58030|58P0.|XX00.)$/

export const lacks = {
  answer: 'the database does not answer',
  tables: 'the database does not have the tables of this version',
  writes: 'the database takes no writes',
  room: 'the database has no room left',
} as const

/** What a database that serves does not do. */
type Lack = keyof typeof lacks

type Look = { at: number; isOver: boolean; lack: Promise<Lack | undefined> }

/** Whether the database can do its work: it answers, has the newest migration, and may write. */
export class DatabaseHealth {
  readonly #ask: <Row>(statement: Statement) => Promise<Row[]>
  #look: Look | undefined
  #isFull = false

  constructor(ask: <Row>(statement: Statement) => Promise<Row[]>) {
    this.#ask = ask
  }

  /** Hears how a query went; gives the query. */
  watch<Result>(query: Promise<Result>): Promise<Result> {
    query.catch((error) => {
      // A full disk stops only what needs more room, so a look alone would not see it.
      if (hasNoRoom.test(awayAs(error) ?? '')) this.#isFull = true
    })
    return query
  }

  /** What it lacks now, within two seconds; the look of the last second holds. */
  lack(): Promise<Lack | undefined> {
    // A database that hangs is asked once, however many wait.
    if (!this.#look || (this.#look.isOver && performance.now() - this.#look.at > holds))
      this.#look = this.#begin()
    return this.#look.lack
  }

  #begin(): Look {
    const asked = this.#lookNow()
    const late = sleep(patience, 'answer' as const, { ref: false })
    const look: Look = { at: performance.now(), isOver: false, lack: Promise.race([asked, late]) }
    asked.finally(() => {
      look.isOver = true
    })
    return look
  }

  async #lookNow(): Promise<Lack | undefined> {
    try {
      const [found] = await this.#ask<{ migrated: boolean; reads_only: boolean }>({
        name: 'look at database',
        text: `SELECT current_setting('transaction_read_only') = 'on' AS reads_only,
          EXISTS (SELECT FROM _prisma_migrations WHERE migration_name = '${await newestMigration()}'
            AND finished_at IS NOT NULL AND rolled_back_at IS NULL) AS migrated`,
      })
      if (!found?.migrated) return 'tables'
      if (found.reads_only) return 'writes'
      await this.#write()
      return undefined
    } catch (error) {
      const as = awayAs(error) ?? ''
      if (hasNoTable.test(as)) return 'tables'
      if (hasNoRoom.test(as)) return 'room'
      return /^(25006|42501)$/.test(as) ? 'writes' : 'answer'
    }
  }

  async #write(): Promise<void> {
    const filler = this.#isFull ? randomBytes(roomy / 2).toString('hex') : ''
    await this.#ask({ name: '', text: write(filler) })
    if (!this.#isFull) return
    this.#isFull = false
    await this.#ask({ name: '', text: write('') })
  }
}

function write(filler: string): string {
  return `INSERT INTO write_probes (id, filler) VALUES (1, '${filler}')
    ON CONFLICT (id) DO UPDATE SET filler = excluded.filler`
}
