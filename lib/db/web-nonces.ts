import { randomUUID } from 'node:crypto'
import { isAlive } from './alive.ts'
import type { Database } from './database.ts'
import { holdSignedIn } from './global-sign-outs.ts'
import { inTransaction } from './in-transaction.ts'
import type { Statement } from './prepared.ts'
import { type Ended, endSessionTrees } from './sessions.ts'
import { type Person, upsertUser } from './users.ts'

// Not every use writes: an idle end that is off by a minute, or by a tenth of the idle time, is good enough.
const isDue = 'idle_until < now() + make_interval(secs => $2::int - least(60, $2::int / 10))'

type NewWebNonce = {
  hash: Buffer<ArrayBuffer>
  /** SHA-256 of the client and of the ID token that is exchanged. */
  subjectTokenHash: Buffer<ArrayBuffer>
  person: Person
  clientId: string
  amr: string[]
  authTime: Date
  /** When the ID token was issued. */
  issuedAt: Date
  upstreamSubject: string | null
  upstreamSid: string | null
  /** Browser, system and address of the app, as text. */
  device: string
  /** Seconds, by the database's clock. */
  idleTime: number
  lifetime: number
}

/**
 * Starts an app's session with its web nonce and ends the session that the same ID token started before: of
 * any number of parallel exchanges on any number of instances one session remains. Returns the sessions that
 * ended, and the ids of the session and the user; `undefined` when the person was signed out everywhere after
 * the ID token was issued.
 */
export async function insertWebNonce(
  db: Database,
  nonce: NewWebNonce,
): Promise<{ sid: string; ended: Ended; userId: string } | undefined> {
  const { hash, subjectTokenHash, person, clientId, amr, authTime, idleTime, lifetime } = nonce
  const sid = randomUUID()
  const user = await upsertUser(db, person.issuer, person.subject, person.profile)
  return inTransaction(db, async (tx) => {
    // The person before their sessions, as whoever signs them out everywhere locks them too.
    if (!(await holdSignedIn(tx, user.id, nonce.issuedAt))) return undefined
    // Exchanges of the same ID token wait for each other here, as there may be no row yet to lock.
    const lock = subjectTokenHash.toString('hex')
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))::text`
    const earlier = await tx.$queryRaw<{ id: string }[]>`
      UPDATE sessions SET subject_token_hash = NULL WHERE subject_token_hash = ${subjectTokenHash}
      RETURNING id`
    const sids = earlier.map(({ id }) => id)
    const ended = await endSessionTrees(tx, sids, 'web_nonce_replaced')
    await tx.$executeRaw`
      INSERT INTO sessions (id, kind, user_id, client_id, amr, auth_time, upstream_subject, upstream_sid,
                            web_nonce_hash, subject_token_hash, device, expires_at, idle_until)
      VALUES (${sid}::uuid, 'app', ${user.id}::uuid, ${clientId}, ${amr}::text[], ${authTime},
              ${nonce.upstreamSubject}, ${nonce.upstreamSid}, ${hash}, ${subjectTokenHash}, ${nonce.device},
              now() + make_interval(secs => ${lifetime}::int),
              now() + make_interval(secs => ${idleTime}::int))`
    return { sid, ended, userId: user.id }
  })
}

/** SQL that finds the live sessions of web nonces of these clients, `$3`, and moves their idle ends. */
const extending = (webNonces: string, columns: string) => `
    WITH found AS (
      SELECT id, client_id, expires_at, idle_until${columns} FROM sessions
      WHERE web_nonce_hash ${webNonces} AND ($3::text[] IS NULL OR client_id = ANY($3::text[]))
        AND ${isAlive('sessions')}
    ), extended AS (
      UPDATE sessions SET used_at = now(), idle_until = now() + make_interval(secs => $2::int)
      FROM found
      WHERE sessions.id = found.id AND found.${isDue}
    )`
const goodUntil = `
    least(expires_at, CASE WHEN ${isDue} THEN now() + make_interval(secs => $2::int) ELSE idle_until END)`
/** Whole seconds since the epoch: to make a `Date` of each time would cost as much as the rest of the row. */
const numericDate = (time: string) => `floor(extract(epoch FROM ${time}))::float8`

const extend: Statement = {
  name: 'extend idle end',
  text: `${extending('= $1', '')} SELECT id, client_id AS "clientId", ${goodUntil} AS "goodUntil" FROM found`,
}

const read: Statement = {
  name: 'read sessions of web nonces',
  text: `${extending('= ANY($1::bytea[])', ', web_nonce_hash, user_id, auth_time, created_at')}
    SELECT encode(web_nonce_hash, 'hex') AS hash, found.id, client_id AS "clientId", user_id AS "userId",
           name, email,
           ${numericDate('auth_time')} AS "authTime", ${numericDate('found.created_at')} AS "createdAt",
           ${numericDate(goodUntil)} AS "goodUntil"
    FROM found JOIN users ON users.id = user_id`,
}

const touch: Statement = {
  name: 'touch session of app',
  text: `
    UPDATE sessions SET used_at = now(), idle_until = now() + make_interval(secs => $2::int)
    WHERE id = $1::uuid AND ${isAlive('sessions')} AND ${isDue}
    RETURNING idle_until AS "idleUntil"`,
}

/**
 * Moves the idle end of an app's session as a use of its web nonce would. Returns the new end, or `undefined`
 * when it need not be moved.
 */
export async function touchAppSession(
  { $prepared }: Pick<Database, '$prepared'>,
  sid: string,
  idleTime: number,
): Promise<Date | undefined> {
  const [row] = await $prepared<{ idleUntil: Date }>(touch, [sid, idleTime])
  return row?.idleUntil
}

export type GoodWebNonce = { id: string; clientId: string; goodUntil: Date }

/**
 * Finds the live session of a web nonce, by its SHA-256, and moves its idle end to `idleTime` seconds from
 * now. `undefined` when the web nonce is no longer good or belongs to a client that is not in `clientIds`
 * (`null` is any).
 */
export async function extendIdleEnd(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  clientIds: readonly string[] | null,
  idleTime: number,
): Promise<GoodWebNonce | undefined> {
  const [row] = await $prepared<GoodWebNonce>(extend, [hash, idleTime, clientIds])
  return row
}

/** Times are in seconds since the epoch. */
export type WebNonceSession = Omit<GoodWebNonce, 'goodUntil'> & {
  goodUntil: number
  userId: string
  authTime: number
  createdAt: number
  name: string | null
  email: string | null
}

/**
 * The same as `extendIdleEnd` for several web nonces, with what resource servers learn of each session, in
 * one statement. Answers in the order of `hashes`.
 */
export async function readWebNonceSessions(
  { $prepared }: Pick<Database, '$prepared'>,
  hashes: readonly Buffer<ArrayBuffer>[],
  clientIds: readonly string[],
  idleTime: number,
): Promise<(WebNonceSession | undefined)[]> {
  const rows = await $prepared<WebNonceSession & { hash: string }>(read, [hashes, idleTime, clientIds])
  if (hashes.length === 1) return [rows[0]]
  const byHash = new Map(rows.map((row) => [row.hash, row]))
  return hashes.map((hash) => byHash.get(hash.toString('hex')))
}

const findSid: Statement = {
  name: 'find sid of web nonce',
  text: 'SELECT id FROM sessions WHERE web_nonce_hash = $1 AND client_id = $2',
}

/** The `sid` of a client's own web nonce, by its SHA-256, whether its session is alive or not. */
export async function findSidByWebNonceHash(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  clientId: string,
): Promise<string | undefined> {
  const [row] = await $prepared<{ id: string }>(findSid, [hash, clientId])
  return row?.id
}
