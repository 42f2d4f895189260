import { isAlive } from './alive.ts'
import { inTransaction } from './in-transaction.ts'
import type { Database } from './open.ts'
import { type Run, type Statement, within } from './prepared.ts'
import { replaceSession } from './sessions.ts'
import { type Person, personStatement, personValues, type User } from './users.ts'

/** Seconds for which a page that was opened in time may still redeem its nonce. */
export const openPageSeconds = 300

type NewNonceOf<Source> = Source & {
  hash: Buffer<ArrayBuffer>
  sourceSessionId: string | null
  sourceClientId: string | null
  target: string | null
  redirectTo: string | null
  codeChallenge: string | null
  amr: string[]
  authTime: Date
}

export type NewNonce = NewNonceOf<{ userId: string }>

const insert: Statement = {
  name: 'insert nonce',
  text: insertFrom('(SELECT $1::uuid AS id) AS person', 2),
}

/** Writes a nonce that expires in `ttl` seconds by the database's clock. */
export async function insertNonce(
  db: Pick<Database, '$prepared'>,
  nonce: NewNonce,
  ttl: number,
): Promise<void> {
  await db.$prepared(insert, [nonce.userId, ...valuesOf(nonce, ttl)])
}

const insertWithPerson: Statement = {
  name: 'insert nonce with person',
  text: `WITH ${personStatement} ${insertFrom('person', 7)}`,
}

/**
 * Writes a nonce for a person who may be no user yet, and the user, in one statement. `ttl` is in seconds.
 */
export async function insertNonceFor(
  db: Pick<Database, '$prepared'>,
  nonce: NewNonceOf<{ person: Person }>,
  ttl: number,
): Promise<void> {
  await db.$prepared(insertWithPerson, [...personValues(nonce.person), ...valuesOf(nonce, ttl)])
}

function insertFrom(person: string, first: number): string {
  const $ = (index: number) => `$${first + index}`
  return `
    INSERT INTO nonces (hash, user_id, source_session_id, source_client_id, target, redirect_to,
                        code_challenge, amr, auth_time, expires_at)
    SELECT ${$(0)}::bytea, person.id, ${$(1)}::uuid, ${$(2)}, ${$(3)}, ${$(4)}, ${$(5)}, ${$(6)}::text[],
           ${$(7)}::timestamptz, now() + make_interval(secs => ${$(8)}::int)
    FROM ${person}`
}

function valuesOf(nonce: NewNonceOf<object>, ttl: number): unknown[] {
  const { hash, sourceSessionId, sourceClientId, target, redirectTo, codeChallenge, amr, authTime } = nonce
  return [hash, sourceSessionId, sourceClientId, target, redirectTo, codeChallenge, amr, authTime, ttl]
}

export type OpenNonce = {
  user: User
  /** `null` unless the nonce is bound to a verifier. */
  codeChallenge: string | null
  target: string | null
  redirectTo: string | null
  openedAt: Date
  authTime: Date
}

const open: Statement = {
  name: 'open nonce',
  text: `
    UPDATE nonces SET opened_at = coalesce(opened_at, now())
    FROM users
    WHERE hash = $1 AND used_at IS NULL AND users.id = nonces.user_id
      AND (target IS NOT DISTINCT FROM $3::text OR $4::boolean AND code_challenge IS NOT NULL)
      AND coalesce($2::timestamptz, now()) < nonces.expires_at
      AND now() < coalesce($2::timestamptz, now()) + make_interval(secs => ${openPageSeconds})
      AND (source_session_id IS NULL OR EXISTS (
        SELECT FROM sessions source WHERE source.id = source_session_id AND ${isAlive('source')}))
    RETURNING users.id, name, email, image, code_challenge AS "codeChallenge", target,
              redirect_to AS "redirectTo", auth_time AS "authTime",
              coalesce($2::timestamptz, now()) AS "openedAt"`,
}

/**
 * Returns whose an unspent nonce is, and records that its page was opened: at `openedAt` (a reloaded page),
 * or now by the database's clock. `undefined` when the nonce is unknown, spent or expired, has another
 * target, or its source session is not alive. At the first step a bound nonce may have any target.
 */
export async function openNonce(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  openedAt: Date | null,
  at: { target: string | null } | 'first step' = { target: null },
): Promise<OpenNonce | undefined> {
  const isFirst = at === 'first step'
  const values = [hash, openedAt, isFirst ? null : at.target, isFirst]
  const [row] = await $prepared<User & Omit<OpenNonce, 'user'>>(open, values)
  if (!row) return undefined
  const { codeChallenge, target, redirectTo, openedAt: opened, authTime, ...user } = row
  return { user, codeChallenge, target, redirectTo, openedAt: opened, authTime }
}

export type NonceClaim = {
  hash: Buffer<ArrayBuffer>
  openedAt: Date | null
  codeChallenge: string | null
  sessionId: string
  /** The client that redeems the nonce; `null` for Baton itself. */
  target: string | null
  /** Seconds that the new session lives at most; it never outlives its source. */
  lifetime: number
  /** Seconds without use after which the new session ends; `undefined` for none. */
  idleTime: number | undefined
}

export type SpentNonce = {
  user: User
  redirectTo: string | null
  provider: string | null
  amr: string[]
  authTime: Date
  expiresAt: Date
}

const spend: Statement = {
  name: 'spend nonce',
  text: `
    WITH source AS (
      SELECT * FROM sessions
      WHERE id = (SELECT source_session_id FROM nonces WHERE hash = $1)
        AND ${isAlive('sessions')}
      FOR SHARE OF sessions
    ), claimed AS (
      UPDATE nonces SET used_at = now()
      WHERE hash = $1 AND target IS NOT DISTINCT FROM $6::text AND used_at IS NULL
        AND coalesce($2::timestamptz, now()) < expires_at
        AND now() < coalesce($2::timestamptz, now()) + make_interval(secs => ${openPageSeconds})
        AND (code_challenge IS NULL OR code_challenge = $3::text)
        AND (source_session_id IS NULL OR EXISTS (SELECT FROM source WHERE source.id = source_session_id))
      RETURNING *
    ), child AS (
      INSERT INTO sessions (id, kind, user_id, parent_id, provider, client_id, target, amr, auth_time,
                            token_set_id, expires_at, idle_until)
      SELECT $4::uuid, 'handoff', claimed.user_id, source.id, source.provider,
             coalesce(source_client_id, source.client_id), claimed.target, claimed.amr, claimed.auth_time,
             source.token_set_id, least(source.expires_at, now() + make_interval(secs => $5::int)),
             now() + make_interval(secs => $7::int)
      FROM claimed LEFT JOIN source ON source.id = source_session_id
      RETURNING *
    )
    SELECT users.id, name, email, image, provider, child.expires_at AS "expiresAt",
           child.amr, child.auth_time AS "authTime", redirect_to AS "redirectTo"
    FROM child JOIN users ON users.id = child.user_id CROSS JOIN claimed`,
}

/**
 * Spends a nonce and starts its hand-off session in one statement: of any number of callers on any number of
 * instances exactly one gets the row, and a kill at any moment leaves both done or neither. `undefined` when
 * the claim does not hold. The share lock keeps the source from being ended between the check and the insert
 * of its child.
 */
export async function spendNonce(run: Run, claim: NonceClaim): Promise<SpentNonce | undefined> {
  const { hash, openedAt, codeChallenge, sessionId, lifetime, target, idleTime = null } = claim
  const values = [hash, openedAt, codeChallenge, sessionId, lifetime, target, idleTime]
  const [row] = await run<User & Omit<SpentNonce, 'user'>>(spend, values)
  if (!row) return undefined
  const { redirectTo, provider, expiresAt, amr, authTime, ...user } = row
  return { user, redirectTo, provider, expiresAt, amr, authTime }
}

/**
 * Spends a nonce and ends the session that stood in the browser: both or neither. `ended` are the ids of the
 * sessions that ended.
 */
export function spendNonceOver(
  db: Database,
  claim: NonceClaim,
  standingSid: string,
): Promise<{ spent: SpentNonce | undefined; ended: string[] }> {
  return inTransaction(db, async (tx) => {
    // Every transaction locks both rows in the same order: two that share them would otherwise deadlock.
    await tx.$queryRaw`
      SELECT id FROM sessions
      WHERE id = ${standingSid}::uuid
         OR id = (SELECT source_session_id FROM nonces WHERE hash = ${claim.hash})
      ORDER BY id FOR UPDATE`
    const spent = await spendNonce(within(tx), claim)
    const ended = spent ? await replaceSession(tx, standingSid, claim.sessionId) : []
    return { spent, ended }
  })
}

type NonceState = { openedAt: Date | null; usedAt: Date | null; expired: boolean }

/** The progress of a nonce, for the session that asked for it; `undefined` for any other session. */
export async function findNonceState(
  db: Database,
  hash: Buffer<ArrayBuffer>,
  sourceSessionId: string,
): Promise<NonceState | undefined> {
  const [row] = await db.$queryRaw<NonceState[]>`
    SELECT opened_at AS "openedAt", used_at AS "usedAt", expires_at <= now() AS expired
    FROM nonces WHERE hash = ${hash} AND source_session_id = ${sourceSessionId}::uuid`
  return row
}
