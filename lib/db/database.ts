import type { PrismaClient } from './generated/client.ts'
import type { DatabaseHealth } from './health.ts'
import type { Run, Together } from './prepared.ts'

/** The database itself, outside a transaction. */
export type Database = Queries &
  Pick<PrismaClient, '$transaction'> & {
    /** Runs a statement on the driver, for frequent statements: Prisma would cost as much as the database. */
    $prepared: Run
    /** Runs such statements in one transaction. */
    $together: Together
  }

/** The database or a transaction on it. `…Unsafe` takes SQL as text: only constants, and values as `$1`. */
export type Queries = Pick<
  PrismaClient,
  'session' | '$queryRaw' | '$queryRawUnsafe' | '$executeRaw' | '$executeRawUnsafe'
>

export type OpenDatabase = {
  db: Database
  health: DatabaseHealth
  /** The migrations that opening has applied. */
  applied: string[]
  /** Applies pending migrations, as opening does; resolves with their names. */
  migrate(): Promise<string[]>
  /** Copies the files of the embedded database; absent for PostgreSQL. */
  copyTo?: CopyTo
  /** The connections of this process; `undefined` for the embedded database, which has none. */
  connections?(): PoolState
  close(): Promise<void>
}

/**
 * Copies all files to a new folder, as they are at one moment. Statements wait meanwhile. Throws a plain
 * sentence when the disk has no room.
 */
export type CopyTo = (folder: string) => Promise<void>

/** How many connections there are, how many of them are idle, and how many queries wait for one. */
export type PoolState = { total: number; idle: number; waiting: number }

/** Where the database is: a `url` of PostgreSQL, and another one for migrations; else a folder. */
export type DatabasePlace = { url?: string; directUrl?: string; dataDir: string }

export type Opening = {
  /** Milliseconds to wait for a server that does not take connections yet. Default: 30 seconds. */
  patience?: number
  /** Whether to apply pending migrations. Default: yes. */
  migrates?: boolean
  /** Takes what an operator should know. */
  tell?(message: string): void
}
