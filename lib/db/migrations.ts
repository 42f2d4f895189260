import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { MigrationList } from '@prisma/schema-engine-wasm'
import { startSchemaEngine } from './schema-engine.ts'

const baseDir = join(process.cwd(), 'prisma', 'migrations')

/**
 * Applies all pending migrations and returns their names. Keeps `_prisma_migrations` as `prisma migrate
 * deploy` does, so either may be used. The caller makes sure that only one process does this at a time.
 * Throws a plain sentence when the database is somebody else's, a migration fails, or an earlier one did not
 * finish.
 */
export async function applyPendingMigrations(
  database: SqlMigrationAwareDriverAdapterFactory,
): Promise<string[]> {
  const migrations = await readMigrations()
  const names = migrations.migrationDirectories.map((directory) => directory.path)
  const applied = await appliedMigrations(database)
  if (names.every((name) => applied.has(name))) return []
  if (applied.size > 0 && !applied.has(names[0])) throw new Error(notOurs)

  const engine = await startSchemaEngine(database)
  try {
    const result = await engine.applyMigrations({
      migrationsList: migrations,
      filters: { externalTables: [], externalEnums: [] },
    })
    return result.appliedMigrationNames
  } catch (cause) {
    throw new Error(explain(cause as SchemaEngineError), { cause })
  } finally {
    engine.free()
  }
}

/** What to say of a database with tables of somebody else. */
export const notOurs =
  'The database has tables of another application. Give Baton a database of its own ' +
  '(CREATE DATABASE baton), and set DATABASE_URL to that.'

type SchemaEngineError = Error & { code?: string }

// The engine's words lead to pages about Prisma, which operators of Baton need not know.
function explain({ code, message }: SchemaEngineError): string {
  const words = message.replace(/ ?Read more about [^\n]*/g, '').trim()
  if (code !== 'P3009' && code !== 'P3018') return `The migrations could not be applied: ${words}`
  return (
    `A migration did not finish: ${words}\nPut a backup of the database in its place, or mend what the ` +
    'message says and mark the migration in the table _prisma_migrations: set finished_at where it is ' +
    'done, or delete its row to have it applied again.'
  )
}

let newest: Promise<string> | undefined

/** The name of the newest migration of this checkout. */
export function newestMigration(): Promise<string> {
  newest ??= namesOfMigrations().then(
    (names) => names.at(-1) as string,
    (error) => {
      newest = undefined
      throw error
    },
  )
  return newest
}

/** The names of all migrations of this checkout, in their order. */
export async function namesOfMigrations(): Promise<string[]> {
  const entries = await readdir(baseDir, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/**
 * All migrations of this checkout, in the order in which they are applied.
 *
 * @internal For tests.
 */
export async function readMigrations(): Promise<MigrationList> {
  const names = await namesOfMigrations()
  const lockfile = await readFile(join(baseDir, 'migration_lock.toml'), 'utf8')
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.map(async (path) => ({
        path,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(join(baseDir, path, 'migration.sql'), 'utf8'),
          },
        },
      })),
    ),
  }
}

// The engine's own table, as it makes it. It would look for it by a query that fails, and a transaction would
// fail with that.
const table = `CREATE TABLE _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

// Asked here, as nearly every start has nothing to apply, and the engine takes a few hundred milliseconds.
async function appliedMigrations(database: SqlMigrationAwareDriverAdapterFactory): Promise<Set<unknown>> {
  const connection = await database.connect()
  const rowsOf = async (sql: string) =>
    (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows.map(([value]) => value)
  try {
    const tables = await rowsOf('SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()')
    if (tables.length === 0) await connection.executeScript(table)
    else if (!tables.includes('_prisma_migrations')) throw new Error(notOurs)
    return new Set(
      await rowsOf(`SELECT migration_name FROM _prisma_migrations
        WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`),
    )
  } finally {
    await connection.dispose()
  }
}
