import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { applyPendingMigrations } from '../lib/db/migrations.ts'
import { startSchemaEngine } from '../lib/db/schema-engine.ts'

/** Returns the SQL that leads from the migrations to `prisma/schema.prisma`; empty when they agree. */
export async function schemaDrift(): Promise<string> {
  const path = join('prisma', 'schema.prisma')
  const files = [{ path, content: await readFile(path, 'utf8') }]
  const pglite = await PGlite.create()
  try {
    const database = new PrismaPGlite(pglite)
    await applyPendingMigrations(database)
    const engine = await startSchemaEngine(database)
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: process.cwd() },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    const sql = stdout ?? ''
    return sql.includes('This is an empty migration') ? '' : sql
  } finally {
    await pglite.close()
  }
}
