import { LRUCache } from 'lru-cache'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { findUserId } from '#lib/db/person-claims.ts'
import type { Limits } from './limits.ts'

/** People who are users, of each database. Nobody stops being one. */
const knownOf = new WeakMap<Database, LRUCache<string, true>>()
const most = 20_000

/**
 * Counts a person who is no user yet, for the client or the provider that they come by. Throws `slow_down`
 * when too many come for the first time.
 */
export async function admitPerson(
  { issuer, subject }: { issuer: string; subject: string },
  by: `client ${string}` | `provider ${string}`,
  { db, limits }: { db: Database; limits: Limits },
): Promise<void> {
  if (!limits.has('newPeople')) return
  const known = knownOf.get(db) ?? new LRUCache({ max: most })
  knownOf.set(db, known)
  const key = sha256(JSON.stringify([issuer, subject])).toString('base64')
  if (known.has(key)) return
  if (await findUserId(db, { issuer, subject })) known.set(key, true)
  else await limits.take('newPeople', by)
}
