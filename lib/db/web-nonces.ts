import { randomUUID } from 'node:crypto'
import { isAlive } from './alive.ts'
import type { Database } from './database.ts'
import { holdSignedIn } from './global-sign-outs.ts'
import { inTransaction } from './in-transaction.ts'
import type { Statement } from './prepared.ts'
import { type Ended, endSessionTrees } from './sessions.ts'
import { type Person, upsertUser } from './users.ts'

/** Seconds without use after which a web nonce ends: one that is bound to a key, and any other one. */
type IdleTimes = { idleTime: number; bound: { idleTime: number } }

/** SQL of the idle time of a session, `$2` or for a bound one `$3`. */
const idleTimeOf = (session: string) => `CASE WHEN ${session}.dpop_jkt IS NULL THEN $2::int ELSE $3::int END`
// Not every use writes: an idle end that is off by a minute, or by a tenth of the idle time, is good enough.
const isDue = (session: string) => `
  ${session}.idle_until < now() + make_interval(secs => ${idleTimeOf(session)}
                                                      - least(60, (${idleTimeOf(session)}) / 10))`

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
  /** The thumbprint of the key that the web nonce is bound to. */
  jkt: string | null
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
                            web_nonce_hash, subject_token_hash, device, dpop_jkt, expires_at, idle_until)
      VALUES (${sid}::uuid, 'app', ${user.id}::uuid, ${clientId}, ${amr}::text[], ${authTime},
              ${nonce.upstreamSubject}, ${nonce.upstreamSid}, ${hash}, ${subjectTokenHash}, ${nonce.device},
              ${nonce.jkt},
              now() + make_interval(secs => ${lifetime}::int),
              now() + make_interval(secs => ${idleTime}::int))`
    return { sid, ended, userId: user.id }
  })
}

/** SQL that finds the live sessions of web nonces of these clients, `$4`, and moves their idle ends. */
const extending = (webNonces: string, columns: string) => `
    WITH found AS (
      SELECT id, client_id, expires_at, idle_until, dpop_jkt${columns} FROM sessions
      WHERE web_nonce_hash ${webNonces} AND ($4::text[] IS NULL OR client_id = ANY($4::text[]))
        AND ${isAlive('sessions')}
    ), extended AS (
      UPDATE sessions SET used_at = now(), idle_until = now() + make_interval(secs => ${idleTimeOf('found')})
      FROM found
      WHERE sessions.id = found.id AND ${isDue('found')}
    )`
const goodUntil = `
    least(expires_at, CASE WHEN ${isDue('found')} THEN now() + make_interval(secs => ${idleTimeOf('found')})
                           ELSE idle_until END)`
/** Whole seconds since the epoch: to make a `Date` of each time would cost as much as the rest of the row. */
const numericDate = (time: string) => `floor(extract(epoch FROM ${time}))::float8`

// A use without the key is none: it moves nothing.
const extend: Statement = {
  name: 'extend idle end',
  text: `${extending(`= $1 AND coalesce(dpop_jkt, '') = ANY($5::text[])`, '')}
    SELECT id, client_id AS "clientId", ${goodUntil} AS "goodUntil" FROM found`,
}

const read: Statement = {
  name: 'read sessions of web nonces',
  text: `${extending('= ANY($1::bytea[])', ', web_nonce_hash, user_id, auth_time, created_at')}
    SELECT encode(web_nonce_hash, 'hex') AS hash, found.id, client_id AS "clientId", user_id AS "userId",
           name, email, dpop_jkt AS jkt,
           ${numericDate('auth_time')} AS "authTime", ${numericDate('found.created_at')} AS "createdAt",
           ${numericDate(goodUntil)} AS "goodUntil"
    FROM found JOIN users ON users.id = user_id`,
}

const touch: Statement = {
  name: 'touch session of app',
  text: `
    UPDATE sessions SET used_at = now(), idle_until = now() + make_interval(secs => ${idleTimeOf('sessions')})
    WHERE id = $1::uuid AND ${isAlive('sessions')} AND ${isDue('sessions')}
    RETURNING idle_until AS "idleUntil"`,
}

/**
 * Moves the idle end of an app's session as a use of its web nonce would. Returns the new end, or `undefined`
 * when it need not be moved.
 */
export async function touchAppSession(
  { $prepared }: Pick<Database, '$prepared'>,
  sid: string,
  { idleTime, bound }: IdleTimes,
): Promise<Date | undefined> {
  const [row] = await $prepared<{ idleUntil: Date }>(touch, [sid, idleTime, bound.idleTime])
  return row?.idleUntil
}

export type GoodWebNonce = { id: string; clientId: string; goodUntil: Date }

/** Whose web nonces are looked for: of these clients (`null` is any), and of these bindings. */
export type WhichWebNonces = {
  clientIds: readonly string[] | null
  /** Thumbprints of keys; `''` for a web nonce that is bound to none. */
  keys: readonly string[]
}

/**
 * Finds the live session of a web nonce, by its SHA-256, and moves its idle end to the idle time from now.
 * `undefined` when the web nonce is no longer good or is not one of `which`.
 */
export async function extendIdleEnd(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  { clientIds, keys }: WhichWebNonces,
  { idleTime, bound }: IdleTimes,
): Promise<GoodWebNonce | undefined> {
  const values = [hash, idleTime, bound.idleTime, clientIds, keys]
  const [row] = await $prepared<GoodWebNonce>(extend, values)
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
  /** The thumbprint of the key that it is bound to. */
  jkt: string | null
}

/**
 * The same as `extendIdleEnd` for several web nonces, with what resource servers learn of each session, in
 * one statement. Answers in the order of `hashes`.
 */
export async function readWebNonceSessions(
  { $prepared }: Pick<Database, '$prepared'>,
  hashes: readonly Buffer<ArrayBuffer>[],
  clientIds: readonly string[],
  { idleTime, bound }: IdleTimes,
): Promise<(WebNonceSession | undefined)[]> {
  const values = [hashes, idleTime, bound.idleTime, clientIds]
  const rows = await $prepared<WebNonceSession & { hash: string }>(read, values)
  if (hashes.length === 1) return [rows[0]]
  const byHash = new Map(rows.map((row) => [row.hash, row]))
  return hashes.map((hash) => byHash.get(hash.toString('hex')))
}

const findSid: Statement = {
  name: 'find sid of web nonce',
  text: `
    SELECT id, dpop_jkt AS jkt FROM sessions WHERE web_nonce_hash = $1 AND client_id = $2`,
}

/** A web nonce's `sid`, and the thumbprint of the key that it is bound to. */
export type OwnWebNonce = { id: string; jkt: string | null }

/** The `sid` of a client's own web nonce, by its SHA-256, whether its session is alive or not. */
export async function findSidByWebNonceHash(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  clientId: string,
): Promise<OwnWebNonce | undefined> {
  const [row] = await $prepared<OwnWebNonce>(findSid, [hash, clientId])
  return row
}
