import type { Database, Queries } from './open.ts'
import { type Run, type Statement, within } from './prepared.ts'
import { replaceSession } from './sessions.ts'
import { type Person, personStatement, personValues, type User } from './users.ts'

/** Seconds for which a page that was opened in time may still redeem its nonce. */
export const openPageSeconds = 300

/** Milliseconds to wait for a connection, and for a transaction; losers of a race wait for the winner. */
const patience = { maxWait: 10_000, timeout: 10_000 }

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

/** Writes a nonce that lives for `ttl` seconds of the database's clock. */
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

/** The same for a person who need not be a user yet, in one statement. */
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
  /** The challenge of a bound one. */
  codeChallenge: string | null
  target: string | null
  redirectTo: string | null
  openedAt: Date
  authTime: Date
}

/**
 * Says whose an unspent nonce is and notes that its page was opened, at `openedAt` (a page reloaded) or now by the
 * database's clock. `undefined` when it is unknown, spent or expired, or the session it came from has ended. At the first step of every bound
 * nonce it may be for any target; else it must be for this one.
 */
export async function openNonce(
  db: Database,
  hash: Buffer<ArrayBuffer>,
  openedAt: Date | null,
  at: { target: string | null } | 'first step' = { target: null },
): Promise<OpenNonce | undefined> {
  const isFirst = at === 'first step'
  const target = isFirst ? null : at.target
  const [row] = await db.$queryRaw<(User & Omit<OpenNonce, 'user'>)[]>`
    UPDATE nonces SET opened_at = coalesce(opened_at, now())
    FROM users
    WHERE hash = ${hash} AND used_at IS NULL AND users.id = nonces.user_id
      AND (target IS NOT DISTINCT FROM ${target}::text OR ${isFirst} AND code_challenge IS NOT NULL)
      AND coalesce(${openedAt}::timestamptz, now()) < nonces.expires_at
      AND now() < coalesce(${openedAt}::timestamptz, now()) + make_interval(secs => ${openPageSeconds})
      AND (source_session_id IS NULL OR EXISTS (
        SELECT FROM sessions source
        WHERE source.id = source_session_id AND source.ended_at IS NULL AND source.expires_at > now()
          AND (source.idle_until IS NULL OR source.idle_until > now())))
    RETURNING users.id, name, email, image, code_challenge AS "codeChallenge", target, redirect_to AS "redirectTo",
              auth_time AS "authTime", coalesce(${openedAt}::timestamptz, now()) AS "openedAt"`
  if (!row) return undefined
  const { codeChallenge, target: forWhom, redirectTo, openedAt: opened, authTime, ...user } = row
  return { user, codeChallenge, target: forWhom, redirectTo, openedAt: opened, authTime }
}

export type Redemption = {
  hash: Buffer<ArrayBuffer>
  openedAt: Date | null
  codeChallenge: string | null
  sessionId: string
  /** The client that it is spent at; `null` for Baton itself. */
  target: string | null
  /** Seconds the new session lives at most; never longer than the one it comes from. */
  lifetime: number
}

export type Redeemed = {
  user: User
  redirectTo: string | null
  provider: string | null
  amr: string[]
  authTime: Date
  expiresAt: Date
}

const redeem: Statement = {
  name: 'redeem nonce',
  text: `
    WITH source AS (
      SELECT * FROM sessions
      WHERE id = (SELECT source_session_id FROM nonces WHERE hash = $1)
        AND ended_at IS NULL AND expires_at > now() AND (idle_until IS NULL OR idle_until > now())
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
      INSERT INTO sessions (id, kind, user_id, parent_id, provider, client_id, target, amr, auth_time, token_set_id,
                            expires_at)
      SELECT $4::uuid, 'handoff', claimed.user_id, source.id, source.provider,
             coalesce(source_client_id, source.client_id), claimed.target, claimed.amr, claimed.auth_time, source.token_set_id,
             least(source.expires_at, now() + make_interval(secs => $5::int))
      FROM claimed LEFT JOIN source ON source.id = source_session_id
      RETURNING *
    )
    SELECT users.id, name, email, image, provider, child.expires_at AS "expiresAt",
           child.amr, child.auth_time AS "authTime", redirect_to AS "redirectTo"
    FROM child JOIN users ON users.id = child.user_id CROSS JOIN claimed`,
}

/**
 * Spends a nonce and starts its hand-off session in one statement: of any number of callers on any number of
 * instances one gets the row, and a kill at any moment leaves both done or neither.
 * The share lock keeps the source from being ended between the look at it and the birth of its child.
 */
export async function redeemNonce(run: Run, claim: Redemption): Promise<Redeemed | undefined> {
  const { hash, openedAt, codeChallenge, sessionId, lifetime, target } = claim
  const [row] = await run<User & Omit<Redeemed, 'user'>>(redeem, [
    hash,
    openedAt,
    codeChallenge,
    sessionId,
    lifetime,
    target,
  ])
  if (!row) return undefined
  const { redirectTo, provider, expiresAt, amr, authTime, ...user } = row
  return { user, redirectTo, provider, expiresAt, amr, authTime }
}

/**
 * The same, and the session that stood in the browser is ended: both or neither. `ended` are the ids of those that ended with it.
 */
export function redeemNonceOver(
  db: Database,
  claim: Redemption,
  standingSid: string,
): Promise<{ redeemed: Redeemed | undefined; ended: string[] }> {
  const work = async (tx: Queries) => {
    // Both rows, in one order for everybody: two who share them and then write would wait for each other for ever.
    await tx.$queryRaw`
      SELECT id FROM sessions
      WHERE id = ${standingSid}::uuid OR id = (SELECT source_session_id FROM nonces WHERE hash = ${claim.hash})
      ORDER BY id FOR UPDATE`
    const redeemed = await redeemNonce(within(tx), claim)
    const ended = redeemed ? await replaceSession(tx, standingSid, claim.sessionId) : []
    return { redeemed, ended }
  }
  return db.$transaction(work, patience)
}

export type NonceState = { openedAt: Date | null; usedAt: Date | null; expired: boolean }

/** How far a nonce has come, for the session that asked for it; `undefined` for anybody else. */
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
