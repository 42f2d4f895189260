import type { Database } from './database.ts'

/** Of these paths, those whose file is not stored. Marks the others as used now. */
export async function missingStaticFiles(db: Database, paths: readonly string[]): Promise<string[]> {
  const stored = await db.$queryRaw<{ path: string }[]>`
    UPDATE static_files SET stored_at = now() WHERE path = ANY(${paths}) RETURNING path`
  const known = new Set(stored.map(({ path }) => path))
  return paths.filter((path) => !known.has(path))
}

/** Stores a file, sealed by the newest secret. */
export async function storeStaticFile(db: Database, path: string, sealed: string): Promise<void> {
  await db.$executeRaw`
    INSERT INTO static_files (path, sealed) VALUES (${path}, ${sealed})
    ON CONFLICT (path) DO UPDATE SET sealed = excluded.sealed, stored_at = now()`
}

export async function findStaticFile(db: Database, path: string): Promise<string | undefined> {
  const [row] = await db.$queryRaw<{ sealed: string }[]>`SELECT sealed FROM static_files WHERE path = ${path}`
  return row?.sealed
}

/** Removes files of builds that no instance has started with for 30 days. Returns how many. */
export function removeOldStaticFiles(db: Database): Promise<number> {
  return db.$executeRaw`DELETE FROM static_files WHERE stored_at < now() - interval '30 days'`
}
