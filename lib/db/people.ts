import { isAlive } from './alive.ts'
import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'

/** A person for the operator. */
type PersonRow = {
  /** What Baton calls them in its own tokens. */
  sub: string
  issuer: string
  subject: string
  name: string | null
  email: string | null
  /** Living sessions. */
  sessions: number
  /** As far as rows of sessions still tell. */
  usedAt: Date | null
  createdAt: Date
}

const find: Statement = {
  name: 'find people',
  text: `
    SELECT users.id AS sub, issuer, subject, name, email, created_at AS "createdAt",
           (SELECT count(*)::int FROM sessions
            WHERE user_id = users.id AND ${isAlive('sessions')}) AS sessions,
           (SELECT max(used_at) FROM sessions WHERE user_id = users.id) AS "usedAt"
    FROM users
    WHERE $1::text IS NULL OR id::text = $1 OR strpos(lower(subject), lower($1)) > 0
       OR strpos(lower(coalesce(name, '')), lower($1)) > 0
       OR strpos(lower(coalesce(email, '')), lower($1)) > 0
    ORDER BY created_at DESC, id LIMIT $2::int`,
}

/** People whose name, address or subject has this text in it (all, for `null`), the newest first. */
export function findPeople(
  { $prepared }: Pick<Database, '$prepared'>,
  { search, limit }: { search: string | null; limit: number },
): Promise<PersonRow[]> {
  return $prepared(find, [search, limit])
}

const exists: Statement = { name: 'person exists', text: 'SELECT id FROM users WHERE id = $1::uuid' }

/** Whether Baton knows a person with this `sub`. */
export async function isPerson({ $prepared }: Pick<Database, '$prepared'>, sub: string): Promise<boolean> {
  return (await $prepared(exists, [sub])).length > 0
}
