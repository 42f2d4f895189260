import type { Database } from './open.ts'

export type StoredTokenSet = {
  id: string
  provider: string
  sealed: string
  version: number
  error: string | null
}

/** The sealed token set, or `undefined` when there is none with this id. */
export async function findTokenSet(db: Database, id: string): Promise<StoredTokenSet | undefined> {
  const row = await db.tokenSet.findUnique({
    where: { id },
    select: { id: true, provider: true, sealed: true, version: true, error: true },
  })
  return row ?? undefined
}

/** Puts a refreshed token set in the place of the version it came from; `false` when another came first. */
export async function replaceTokenSet(
  db: Database,
  { id, version }: StoredTokenSet,
  sealed: string,
): Promise<boolean> {
  const { count } = await db.tokenSet.updateMany({
    where: { id, version, error: null },
    data: { sealed, version: version + 1, updatedAt: new Date() },
  })
  return count === 1
}

/** Marks a token set that its provider no longer renews, unless a newer version came meanwhile. */
export async function failTokenSet(
  db: Database,
  { id, version }: StoredTokenSet,
  error: string,
): Promise<boolean> {
  const { count } = await db.tokenSet.updateMany({
    where: { id, version },
    data: { error, updatedAt: new Date() },
  })
  return count === 1
}
