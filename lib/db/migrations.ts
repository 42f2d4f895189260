import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { MigrationList } from '@prisma/schema-engine-wasm'
import { startSchemaEngine } from './schema-engine.ts'

const baseDir = join(process.cwd(), 'prisma', 'migrations')

/**
 * Applies all pending migrations and returns their names. Keeps `_prisma_migrations` as `prisma migrate
 * deploy` does, so either may be used. The caller makes sure that only one process does this at a time.
 * Throws when a migration fails or an earlier one did not finish.
 */
export async function applyPendingMigrations(
  database: SqlMigrationAwareDriverAdapterFactory,
): Promise<string[]> {
  const migrations = await readMigrations()
  const names = migrations.migrationDirectories.map((directory) => directory.path)
  const applied = await appliedMigrations(database)
  if (names.every((name) => applied.has(name))) return []

  const engine = await startSchemaEngine(database)
  try {
    const result = await engine.applyMigrations({
      migrationsList: migrations,
      filters: { externalTables: [], externalEnums: [] },
    })
    return result.appliedMigrationNames
  } finally {
    engine.free()
  }
}

/**
 * All migrations of this checkout, in the order in which they are applied.
 *
 * @internal For tests.
 */
export async function readMigrations(): Promise<MigrationList> {
  const entries = await readdir(baseDir, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const lockfile = await readFile(join(baseDir, 'migration_lock.toml'), 'utf8')
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (path) => ({
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

// Saves the few hundred milliseconds that the engine takes to start: nearly every start has nothing to apply.
async function appliedMigrations(database: SqlMigrationAwareDriverAdapterFactory): Promise<Set<unknown>> {
  const connection = await database.connect()
  try {
    const { rows } = await connection.queryRaw({
      sql: `SELECT migration_name FROM _prisma_migrations
            WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
      args: [],
      argTypes: [],
    })
    return new Set(rows.map(([name]) => name))
  } catch {
    return new Set()
  } finally {
    await connection.dispose()
  }
}
