import { Client } from 'pg'
import { decodeSession, encodeSession } from '#lib/sessions/session-jwe.ts'
import { type Baton, batonSecret } from '../competitors/baton.ts'

const cookieName = 'baton.session'
const secrets = [batonSecret]
const hour = 3600

/** Runs statements on Baton's PostgreSQL. */
export async function onDatabase<Result>(
  { name, databaseUrl }: Pick<Baton, 'name' | 'databaseUrl'>,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  if (!databaseUrl) throw new Error(`${name} has the embedded database`)
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * So many more sessions of the person who is signed in as the first caller, with their token set. `ended` is
 * SQL for when each has ended. Returns their ids.
 */
export function manySessions(baton: Baton, count: number, ended = 'NULL'): Promise<string[]> {
  const { sid } = claimsOf(baton)
  return onDatabase(baton, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO sessions (id, kind, user_id, provider, amr, auth_time, expires_at, ended_at, token_set_id,
                             device)
       SELECT gen_random_uuid(), kind, user_id, provider, amr, auth_time, expires_at, ${ended}, token_set_id,
              device
       FROM sessions, generate_series(1, $2::int) WHERE id = $1 RETURNING id`,
      [sid, count],
    )
    await client.query('VACUUM ANALYZE sessions')
    return rows.map(({ id }) => id)
  })
}

/** The cookie of a session of `manySessions`. */
export function cookieOf(baton: Baton, sid: string): string {
  const claims = { ...claimsOf(baton), sid }
  return `${cookieName}=${encodeSession(claims, { secret: batonSecret, cookieName, maxAge: hour })}`
}

function claimsOf({ name, headers }: Baton): { sid: string } {
  const [, jwe = ''] = /baton\.session=([^;]+)/.exec(headers(0).cookie ?? '') ?? []
  const claims = decodeSession(jwe, { secrets, cookieName }) as { sid: string } | undefined
  if (!claims) throw new Error(`${name} has no session that opens`)
  return claims
}
