import { randomUUID } from 'node:crypto'
import type { Database } from './open.ts'
import type { Statement } from './prepared.ts'
import { endSessionTree } from './sessions.ts'
import { type Person, upsertUser } from './users.ts'

/** Milliseconds to wait for a connection, and for the transaction. */
const patience = { maxWait: 10_000, timeout: 10_000 }
// It is not written at each use: a minute of idle time, or a tenth, is as good as none.
const touches = 'idle_until < now() + make_interval(secs => $2::int - least(60, $2::int / 10))'

export type NewWebNonce = {
  hash: Buffer<ArrayBuffer>
  /** SHA-256 of the client and the ID token that it is exchanged for. */
  subjectTokenHash: Buffer<ArrayBuffer>
  person: Person
  clientId: string
  amr: string[]
  authTime: Date
  upstreamSubject: string | null
  upstreamSid: string | null
  /** Seconds of the database's clock. */
  idleTime: number
  lifetime: number
}

/**
 * Starts an app's session with its web nonce, and ends the one that the same ID token was exchanged for before: however many exchange it at
 * once on however many instances, one session is left. Returns the ids of those that ended.
 */
export async function insertWebNonce(db: Database, nonce: NewWebNonce): Promise<{ ended: string[] }> {
  const { hash, subjectTokenHash, person, clientId, amr, authTime, idleTime, lifetime } = nonce
  const user = await upsertUser(db, person.issuer, person.subject, person.profile)
  return db.$transaction(async (tx) => {
    // Who exchanges the same ID token waits here: there may be no row yet to wait for.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${subjectTokenHash.toString('hex')}, 0))::text`
    const earlier = await tx.$queryRaw<{ id: string }[]>`
      UPDATE sessions SET subject_token_hash = NULL WHERE subject_token_hash = ${subjectTokenHash} RETURNING id`
    const ended: string[] = []
    for (const { id } of earlier) ended.push(...(await endSessionTree(tx, id)))
    await tx.$executeRaw`
      INSERT INTO sessions (id, kind, user_id, client_id, amr, auth_time, upstream_subject, upstream_sid,
                            web_nonce_hash, subject_token_hash, expires_at, idle_until)
      VALUES (${randomUUID()}::uuid, 'app', ${user.id}::uuid, ${clientId}, ${amr}::text[], ${authTime},
              ${nonce.upstreamSubject}, ${nonce.upstreamSid}, ${hash}, ${subjectTokenHash},
              now() + make_interval(secs => ${lifetime}::int), now() + make_interval(secs => ${idleTime}::int))`
    return { ended }
  }, patience)
}

const touch: Statement = {
  name: 'touch app session',
  text: `
    WITH found AS (
      SELECT id, client_id, expires_at, idle_until FROM sessions
      WHERE web_nonce_hash = $1 AND ($3::text[] IS NULL OR client_id = ANY($3::text[])) AND ended_at IS NULL AND expires_at > now() AND idle_until > now()
    ), touched AS (
      UPDATE sessions SET idle_until = now() + make_interval(secs => $2::int)
      FROM found
      WHERE sessions.id = found.id AND found.${touches}
    )
    SELECT id, client_id AS "clientId",
           least(expires_at, CASE WHEN ${touches} THEN now() + make_interval(secs => $2::int) ELSE idle_until END)
             AS "goodUntil"
    FROM found`,
}

export type GoodWebNonce = { id: string; clientId: string; goodUntil: Date }

/** The session that a web nonce of one of these clients, or any, stands for while it is good, by its SHA-256; its idle end is put off by this. */
export async function touchAppSession(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  clientIds: readonly string[] | null,
  idleTime: number,
): Promise<GoodWebNonce | undefined> {
  const [row] = await $prepared<GoodWebNonce>(touch, [hash, idleTime, clientIds])
  return row
}

/** The session of a client's own web nonce, were it over, for its revocation. */
export async function findSessionOfWebNonce(
  db: Database,
  hash: Buffer<ArrayBuffer>,
  clientId: string,
): Promise<string | undefined> {
  const [row] = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM sessions WHERE web_nonce_hash = ${hash} AND client_id = ${clientId}`
  return row?.id
}
