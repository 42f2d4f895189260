import { Client } from 'pg'

/**
 * Fills a migrated PostgreSQL with so many living sessions, each with a token set of two hours, and as many
 * that ended within the last day.
 */
export async function fillSessions(url: string, count: number): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`INSERT INTO users (id, issuer, subject) VALUES (gen_random_uuid(), 'bench', 'one')`)
    await client.query(
      `WITH made AS MATERIALIZED (
         SELECT gen_random_uuid() AS id, n % 2 = 0 AS lives, n FROM generate_series(1, 2 * $1::int) n
       ), token_set AS (
         INSERT INTO token_sets (id, provider, sealed, created_at)
         SELECT id, 'bench', 'sealed', now() - interval '2 hours' FROM made WHERE lives
       )
       INSERT INTO sessions (id, kind, user_id, provider, amr, auth_time, expires_at, ended_at, token_set_id)
       SELECT made.id, 'browser', users.id, 'bench', '{}', now(), now() + interval '10 days',
              CASE WHEN NOT lives THEN now() - make_interval(secs => 1000 + n % 80000) END,
              CASE WHEN lives THEN made.id END
       FROM made, users`,
      [count],
    )
    await client.query('VACUUM ANALYZE')
  } finally {
    await client.end()
  }
}
