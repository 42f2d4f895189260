import { ConfigurationError } from '#lib/config/configuration-error.ts'
import { readConfig } from '#lib/config/load.ts'

/** The data folder of the embedded database. Throws a plain sentence where the database is another. */
export async function embeddedOnly(command: string): Promise<string> {
  const { faults, usable } = await readConfig()
  const { database } = usable
  if (!database) throw new ConfigurationError(faults)
  if (database.url)
    throw new Error(
      `\`${command}\` is for the embedded database, and DATABASE_URL names PostgreSQL: use its own tools, ` +
        'pg_dump and pg_restore. docs/operations/backup.md says how, and what else a backup needs.',
    )
  return database.dataDir
}
