import { resolve } from 'node:path'
import type { DatabasePlace, OpenDatabase, Opening } from './database.ts'

/**
 * Opens the database and applies all pending migrations, unless `migrates` is false: PostgreSQL if there is
 * a `url`, otherwise the embedded database in `dataDir`. Throws a plain sentence when the database cannot be
 * reached or is not Baton's, another process holds the data folder or it is damaged, or a migration fails.
 */
export async function openDatabase(
  place: DatabasePlace,
  { patience = 30_000, migrates = true, tell = () => {} }: Opening = {},
): Promise<OpenDatabase> {
  const { url, directUrl = url, dataDir } = place
  // Each has a library of its own, which takes its time to load.
  if (url && directUrl) {
    const { openPostgres } = await import('./open-postgres.ts')
    return openPostgres({ url, directUrl }, { patience, migrates, tell })
  }
  const { openEmbedded } = await import('./open-embedded.ts')
  return openEmbedded(resolve(dataDir), { migrates })
}
