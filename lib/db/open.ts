import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PrismaPg } from '@prisma/adapter-pg'
import { Client } from 'pg'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { lockDataFolder } from './data-folder-lock.ts'
import { PrismaClient } from './generated/client.ts'
import { applyPendingMigrations } from './migrations.ts'

/** What query functions run on: the client itself, or a transaction of it. */
export type Database = Pick<
  PrismaClient,
  'user' | 'session' | 'tokenSet' | 'nonce' | '$queryRaw' | '$executeRaw' | '$transaction'
>

/** What query functions take: the database, or a transaction on it. */
export type Queries = Omit<Database, '$transaction'>

export type OpenDatabase = { db: Database; applied: string[]; close(): Promise<void> }

/**
 * Opens the database with every migration applied: PostgreSQL where a `url` is given, else the embedded one
 * in `dataDir`. Throws when it cannot be reached, is held by another process, or a migration fails.
 */
export function openDatabase(where: { url?: string; dataDir: string }): Promise<OpenDatabase> {
  return where.url ? openPostgres(where.url) : openEmbedded(resolve(where.dataDir))
}

async function openPostgres(connectionString: string): Promise<OpenDatabase> {
  const applied = await whileAlone(connectionString, () =>
    applyPendingMigrations(new PrismaPg({ connectionString })),
  )
  // A database that hangs is one that is away: callers get their 503 instead of waiting with it.
  const adapter = new PrismaPg({ connectionString, connectionTimeoutMillis: 5000, query_timeout: 10_000 })
  const db = new PrismaClient({ adapter })
  return { db, applied, close: () => db.$disconnect() }
}

// Instances that start together take turns; the lock ends with its connection, even when the holder is killed.
async function whileAlone<Result>(connectionString: string, work: () => Promise<Result>): Promise<Result> {
  const connection = new Client({ connectionString, connectionTimeoutMillis: 10_000 })
  await connection.connect().catch((cause) => {
    const { hostname, port } = new URL(connectionString)
    throw new Error(`The database at ${hostname}:${port || 5432} cannot be reached (${cause.message}).`, {
      cause,
    })
  })
  try {
    await connection.query(`SELECT pg_advisory_lock(hashtext('baton migrations'))`)
    return await work()
  } finally {
    await connection.end()
  }
}

async function openEmbedded(dataDir: string): Promise<OpenDatabase> {
  const unlock = lockDataFolder(dataDir)
  try {
    const pglite = await PGlite.create(join(dataDir, 'database'))
    const adapter = new PrismaPGlite(pglite)
    const applied = await applyPendingMigrations(adapter)
    const db = new PrismaClient({ adapter })
    const close = async () => {
      await db.$disconnect()
      await pglite.close()
      unlock()
    }
    return { db, applied, close }
  } catch (error) {
    unlock()
    throw error
  }
}
