import type { Database } from './database.ts'
import { namesOfMigrations, notOurs } from './migrations.ts'

/** What a database and this checkout know of each other's migrations. */
export type MigrationState = {
  /** Of this checkout, and not applied. */
  pending: string[]
  /** Applied, and not of this checkout: a newer Baton has done so. */
  unknown: string[]
  /** Begun, and not finished. */
  unfinished: string[]
}

/**
 * Reads which migrations are applied, and changes nothing. Throws a plain sentence when the database is
 * somebody else's.
 */
export async function migrationState(db: Pick<Database, '$queryRaw'>): Promise<MigrationState> {
  const names = await namesOfMigrations()
  const tables = await tablesOf(db)
  if (tables.length === 0) return { pending: names, unknown: [], unfinished: [] }
  if (!tables.includes('_prisma_migrations')) throw new Error(notOurs)
  const rows = await db.$queryRaw<{ name: string; isDone: boolean }[]>`
    SELECT migration_name AS name, finished_at IS NOT NULL AS "isDone" FROM _prisma_migrations
    WHERE rolled_back_at IS NULL ORDER BY started_at`
  const applied = rows.filter(({ isDone }) => isDone).map(({ name }) => name)
  if (applied.length > 0 && !applied.includes(names[0] as string)) throw new Error(notOurs)
  return {
    pending: names.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !names.includes(name)),
    unfinished: rows.filter(({ isDone }) => !isDone).map(({ name }) => name),
  }
}

/** The names of the tables that a database has. */
export async function tablesOf(db: Pick<Database, '$queryRaw'>): Promise<string[]> {
  const tables = await db.$queryRaw<{ name: string }[]>`
    SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()`
  return tables.map(({ name }) => name)
}
