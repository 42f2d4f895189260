import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import { Client, Pool, type QueryConfig, type QueryResult } from 'pg'
import { awayAs } from './away.ts'
import { clientOf } from './client.ts'
import type { OpenDatabase, Opening } from './database.ts'
import { applyPendingMigrations } from './migrations.ts'
import { encryptsOnly, libpqUrl } from './postgres-url.ts'
import type { Run, Statement, Together } from './prepared.ts'

/** Milliseconds between two attempts to connect at start. */
const pause = 500
const connectTimeout = 10_000
/** SQLSTATE of wrong credentials, and of a database that is not there: waiting does not help. */
const isFinal = /^(28...|3D000|AuthenticationFailed|DatabaseDoesNotExist)$/

/**
 * Opens PostgreSQL, directly or behind a pooler, and applies pending migrations at `directUrl` where it
 * should. Throws a plain sentence.
 */
export async function openPostgres(
  urls: { url: string; directUrl: string },
  opening: Required<Opening>,
): Promise<OpenDatabase> {
  const connectionString = libpqUrl(urls.url)
  const directString = libpqUrl(urls.directUrl)
  if (encryptsOnly(connectionString))
    opening.tell(
      'the connection to the database is encrypted, and nobody checks whose certificate it has: ' +
        'sslmode=verify-full with sslrootcert does',
    )
  const migrate = () => whileAlone(directString, opening)
  const applied = opening.migrates ? await migrate() : []
  const isPooled = await connected(connectionString, opening, isPooler)
  // A database that hangs counts as unreachable: callers get a 503 instead of waiting with it.
  const pool = new Pool({
    connectionString,
    connectionTimeoutMillis: 5000,
    query_timeout: 10_000,
    // What is known to follow is sent before the answer to what goes before.
    pipeline: true,
    // A prepared statement keeps its plan. A plan from the time when a table was small could read the whole
    // table after it has grown; a plan that uses an index, as every query here should, stays good.
    ...(!isPooled && {
      onConnect: (connection) => connection.query('SET enable_seqscan = off') as unknown as undefined,
    }),
  })
  // Ignore errors of idle connections: the pool replaces them.
  pool.on('error', () => {})
  // A pooler gives each transaction any connection: what is prepared on one is unknown or taken on another.
  const named = ({ name, text }: Statement, values: readonly unknown[]) => ({
    ...(!isPooled && name && { name }),
    text,
    values: [...values],
  })
  const run: Run = async <Row>(statement: Statement, values: readonly unknown[]) =>
    (await pool.query(named(statement, values))).rows as Row[]
  const { db, health, disconnect } = clientOf(new PrismaPg(pool), { run, together: togetherOn(pool, named) })
  const close = async () => {
    await disconnect()
    await pool.end()
  }
  const connections = () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount })
  return { db, health, applied, migrate, connections, close }
}

function togetherOn(
  pool: Pool,
  named: (statement: Statement, values: readonly unknown[]) => QueryConfig,
): Together {
  return async <Row>(steps: Parameters<Together>[0]) => {
    const connection = await pool.connect()
    // A step that fails makes of the last one a rollback.
    const sent = [
      connection.query(begin),
      ...steps.map(([statement, values]) => connection.query(named(statement, values))),
      connection.query('COMMIT'),
    ] as const
    const results = await Promise.allSettled(sent)
    const failed = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined
    connection.release(failed?.reason)
    if (failed) throw failed.reason
    return (results.at(-2) as PromiseFulfilledResult<QueryResult>).value.rows as Row[]
  }
}

// Instances that start together take turns. The engine cuts a script into its statements: one transaction has
// all of them or none, even when the process is killed. Behind a pooler it also keeps to one connection, on
// which the engine would leave a lock of its own for those who get it next.
function whileAlone(connectionString: string, opening: Required<Opening>): Promise<string[]> {
  return connected(connectionString, opening, async () => {
    const one = new Pool({ connectionString, max: 1, idleTimeoutMillis: 0 })
    // Its next query says so.
    one.on('error', () => {})
    try {
      await one.query(begin)
      await one.query(`SELECT pg_advisory_xact_lock(hashtext('baton migrations'))`)
      const applied = await applyPendingMigrations(new PrismaPg(one))
      await one.query('SELECT pg_advisory_unlock_all()')
      await one.query('COMMIT')
      return applied
    } finally {
      await one.end()
    }
  })
}

const begin = 'BEGIN'

function hint(message: string): string {
  return /certificate/i.test(message)
    ? ' Give sslmode=verify-full with sslrootcert, or sslmode=require to take any certificate.'
    : ''
}

async function isPooler(connection: Client): Promise<boolean> {
  const { rows } = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  // A pooler makes up the process id that it tells its clients at the start.
  return rows[0]?.pid !== (connection as Client & { processID: number | null }).processID
}

/** Connects, waiting for a server that does not take connections yet, and closes when the work is done. */
async function connected<Result>(
  connectionString: string,
  { patience, tell }: Required<Opening>,
  work: (connection: Client) => Promise<Result>,
): Promise<Result> {
  const { hostname, port, pathname } = new URL(connectionString)
  const address = `${hostname}:${port || 5432}`
  const end = performance.now() + patience
  for (let attempt = 0; ; attempt++) {
    const connection = new Client({ connectionString, connectionTimeoutMillis: connectTimeout })
    connection.on('error', () => {})
    try {
      await connection.connect()
    } catch (cause) {
      const as = awayAs(cause) ?? ''
      const { message } = cause as Error
      if (as === '3D000')
        throw new Error(
          `There is no database ${pathname.slice(1)} at ${address} (${message}): create it, or set ` +
            'DATABASE_URL to the right one.',
          { cause },
        )
      if (as === '' || isFinal.test(as) || performance.now() + pause > end)
        throw new Error(`The database at ${address} cannot be reached (${message}).${hint(message)}`, {
          cause,
        })
      if (attempt === 0) tell(`waiting for the database at ${address} (${message})`)
      await sleep(pause)
      continue
    }
    try {
      return await work(connection)
    } finally {
      await connection.end()
    }
  }
}
