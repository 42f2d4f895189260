import type { Database } from '#lib/db/database.ts'
import { findUserId } from '#lib/db/person-claims.ts'
import type { Limits } from './limits.ts'

/**
 * Counts a person who is no user yet, for the client or the provider that they come by. Throws `slow_down`
 * when too many come for the first time.
 */
export async function admitPerson(
  person: { issuer: string; subject: string },
  by: `client ${string}` | `provider ${string}`,
  { db, limits }: { db: Database; limits: Limits },
): Promise<void> {
  if (!(await findUserId(db, person))) await limits.take('newPeople', by)
}
