import { randomUUID } from 'node:crypto'
import type { Database } from '#lib/db/database.ts'
import { upsertUser } from '#lib/db/users.ts'

/**
 * So many sessions of one person, each with a token set of two hours, in one statement. `ended` and `expires`
 * are SQL for these times of session `n`. Returns their ids.
 */
export async function manySessions(
  db: Database,
  count: number,
  { ended = 'NULL', expires = `now() + interval '1 day'` } = {},
): Promise<string[]> {
  const { id } = await upsertUser(db, 'https://op.example.org', randomUUID(), { name: 'Demo User' })
  const rows = await db.$queryRawUnsafe<{ id: string }[]>(
    `WITH numbers AS MATERIALIZED (SELECT n, gen_random_uuid() AS id FROM generate_series(1, ${count}) n),
     token_set AS (
       INSERT INTO token_sets (id, provider, sealed, created_at)
       SELECT id, 'demo', 'sealed', now() - interval '2 hours' FROM numbers
     )
     INSERT INTO sessions (id, kind, user_id, provider, amr, auth_time, expires_at, ended_at, token_set_id)
     SELECT id, 'browser', $1::uuid, 'demo', '{}', now(), ${expires}, ${ended}, id FROM numbers
     RETURNING id`,
    id,
  )
  return rows.map((row) => row.id)
}

/** So many nonces of one person, in one statement. `expiresAt` is SQL for the time. */
export async function manyNonces(db: Database, count: number, expiresAt: string): Promise<void> {
  const { id } = await upsertUser(db, 'https://op.example.org', randomUUID(), { name: 'Demo User' })
  await db.$executeRawUnsafe(
    `INSERT INTO nonces (hash, user_id, amr, auth_time, expires_at)
     SELECT sha256(gen_random_uuid()::text::bytea), $1::uuid, '{}', now(), ${expiresAt}
     FROM generate_series(1, ${count})`,
    id,
  )
}
