import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PrismaPg } from '@prisma/adapter-pg'
import { Client, Pool } from 'pg'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { lockDataFolder } from './data-folder-lock.ts'
import { PrismaClient } from './generated/client.ts'
import { applyPendingMigrations } from './migrations.ts'
import type { Run, Statement } from './prepared.ts'

/** The database itself, outside a transaction. */
export type Database = Queries &
  Pick<PrismaClient, '$transaction'> & {
    /** Runs a statement on the driver, for frequent statements: Prisma would cost as much as the database. */
    $prepared: Run
  }

/** The database or a transaction on it. `…Unsafe` takes SQL as text: only constants, and values as `$1`. */
export type Queries = Pick<
  PrismaClient,
  'session' | '$queryRaw' | '$queryRawUnsafe' | '$executeRaw' | '$executeRawUnsafe'
>

export type OpenDatabase = { db: Database; applied: string[]; close(): Promise<void> }

/**
 * Opens the database and applies all pending migrations: PostgreSQL if there is a `url`, otherwise the
 * embedded database in `dataDir`. `applied` are their names. Throws when the database cannot be reached,
 * another process holds the data folder, or a migration fails.
 */
export function openDatabase(where: { url?: string; dataDir: string }): Promise<OpenDatabase> {
  return where.url ? openPostgres(where.url) : openEmbedded(resolve(where.dataDir))
}

async function openPostgres(connectionString: string): Promise<OpenDatabase> {
  const applied = await whileAlone(connectionString, () =>
    applyPendingMigrations(new PrismaPg({ connectionString })),
  )
  // A database that hangs counts as unreachable: callers get a 503 instead of waiting with it.
  const pool = new Pool({
    connectionString,
    connectionTimeoutMillis: 5000,
    query_timeout: 10_000,
    // A prepared statement keeps its plan. A plan from the time when a table was small could read the whole
    // table after it has grown; a plan that uses an index, as every query here should, stays good.
    onConnect: (connection) => connection.query('SET enable_seqscan = off') as unknown as undefined,
  })
  const client = new PrismaClient({ adapter: new PrismaPg(pool) })
  // Ignore errors of idle connections: the pool replaces them.
  pool.on('error', () => {})
  const run: Run = async <Row>(statement: Statement, values: readonly unknown[]) =>
    (await pool.query({ ...statement, values: [...values] })).rows as Row[]
  const close = async () => {
    await client.$disconnect()
    await pool.end()
  }
  return { db: withPrepared(client, run), applied, close }
}

// Instances that start together take turns. The lock ends with its connection, even when the process is
// killed.
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
    const client = new PrismaClient({ adapter })
    const run: Run = async <Row>({ text }: Statement, values: readonly unknown[]) =>
      (await pglite.query<Row>(text, [...values])).rows
    const close = async () => {
      await client.$disconnect()
      await pglite.close()
      unlock()
    }
    return { db: withPrepared(client, run), applied, close }
  } catch (error) {
    unlock()
    throw error
  }
}

function withPrepared(client: PrismaClient, $prepared: Run): Database {
  return client.$extends({ client: { $prepared } }) as unknown as Database
}
