import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PrismaPg } from '@prisma/adapter-pg'
import { Client, Pool } from 'pg'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { lockDataFolder } from './data-folder-lock.ts'
import { PrismaClient } from './generated/client.ts'
import { applyPendingMigrations } from './migrations.ts'
import type { Run, Statement } from './prepared.ts'

/** What query functions run on: the client itself, or a transaction of it. */
export type Database = Queries &
  Pick<PrismaClient, '$transaction'> & {
    /** The driver itself, for the few statements that a hand-off waits for: Prisma would cost as much as the database. */
    $prepared: Run
  }

/** What query functions take: the database, or a transaction on it. */
export type Queries = Pick<
  PrismaClient,
  | 'user'
  | 'session'
  | 'tokenSet'
  | 'nonce'
  | 'oidcRecord'
  | 'signingKey'
  | '$queryRaw'
  | '$queryRawUnsafe'
  | '$executeRaw'
>

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
  const pool = new Pool({
    connectionString,
    connectionTimeoutMillis: 5000,
    query_timeout: 10_000,
    // A prepared statement keeps its plan. One made while a table was small would read all of it when it has grown; by
    // an index, as every query here is meant to be, it stays good.
    onConnect: (connection) => connection.query('SET enable_seqscan = off') as unknown as undefined,
  })
  const client = new PrismaClient({ adapter: new PrismaPg(pool) })
  // An idle connection that breaks is no news: whoever asks next gets another one.
  pool.on('error', () => {})
  const run: Run = async <Row>(statement: Statement, values: readonly unknown[]) =>
    (await pool.query({ ...statement, values: [...values] })).rows as Row[]
  const close = async () => {
    await client.$disconnect()
    await pool.end()
  }
  return { db: withPrepared(client, run), applied, close }
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
