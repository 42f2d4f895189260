import { isAlive } from './alive.ts'
import { type AuditEvent, appendEvents, eventsOf, sourceClient } from './audit-events.ts'
import { type Approval, hasLiveSource, isInTime, isUnspent } from './nonces.ts'
import type { Run, Statement } from './prepared.ts'
import type { User } from './users.ts'

export type NonceClaim = {
  hash: Buffer<ArrayBuffer>
  openedAt: Date | null
  codeChallenge: string | null
  sessionId: string
  /** The client that redeems the nonce; `null` for Baton itself. */
  target: string | null
  /** SHA-256 of the secret of the browser that redeems it. */
  spentBy: Buffer<ArrayBuffer>
  /** Whether that browser has shown the verifier in the header. */
  isProven: boolean
  /** Seconds that the new session lives at most; it never outlives its source. */
  lifetime: number
  /** The same, for a session that an ID token began. */
  sourcelessLifetime: number
  /** Seconds without use after which the new session ends; `undefined` for none. */
  idleTime: number | undefined
  /** Browser, system and address of who redeems it, as text. */
  device: string
}

export type SpentNonce = {
  user: User
  redirectTo: string | null
  provider: string | null
  amr: string[]
  authTime: Date
  expiresAt: Date
  /** Seconds since the nonce was issued. */
  age: number
  /** What this has added to the trail. */
  events: AuditEvent[]
}

const isApproved = `(approval IS NULL OR approval = 'unproven' AND $9::boolean
      OR approved_at IS NOT NULL AND asked_by = $8)`

/**
 * The parts of a statement that spend the nonce of `valuesOf`: `claimed`, its session `child`, `spent_told`.
 */
export const spending = `
  source AS (
    SELECT * FROM sessions
    WHERE id = (SELECT source_session_id FROM nonces WHERE hash = $1)
      AND ${isAlive('sessions')}
    FOR SHARE OF sessions
  ), claimed AS (
    UPDATE nonces SET used_at = now(), spent_by = $8, session_id = $4::uuid
    WHERE hash = $1 AND target IS NOT DISTINCT FROM $6::text AND ${isUnspent} AND ${isInTime('$2')}
      AND (code_challenge IS NULL OR code_challenge = $3::text) AND ${isApproved}
      AND (source_session_id IS NULL OR EXISTS (SELECT FROM source WHERE source.id = source_session_id))
    RETURNING *
  ), child AS (
    INSERT INTO sessions (id, kind, user_id, parent_id, provider, client_id, target, amr, auth_time,
                          token_set_id, expires_at, idle_until, idle_with, device, nonce_hash)
    SELECT $4::uuid, 'handoff', claimed.user_id, source.id, source.provider,
           coalesce(source_client_id, source.client_id), claimed.target, claimed.amr, claimed.auth_time,
           source.token_set_id,
           least(source.expires_at,
                 now() + make_interval(secs => CASE WHEN source.id IS NULL THEN $10::int ELSE $5::int END)),
           CASE WHEN source.kind = 'app' OR source.idle_with IS NOT NULL THEN NULL
                ELSE now() + make_interval(secs => $7::int) END,
           CASE WHEN source.kind = 'app' THEN source.id ELSE source.idle_with END, $11::text, $1
    FROM claimed LEFT JOIN source ON source.id = source_session_id
    RETURNING *
  ), spent_told AS (${appendEvents(`'redeemed'`, 'claimed', {
    source_client_id: sourceClient('claimed'),
    target_device: '$11::text',
  })})`

/** What such a statement selects: the columns of a `SpentRow`, and where they come from. */
export const spentColumns = `
  users.id, name, email, image, provider, child.expires_at AS "expiresAt",
  child.amr, child.auth_time AS "authTime", redirect_to AS "redirectTo",
  extract(epoch FROM now() - claimed.created_at)::float AS age, ${eventsOf('spent_told')}`
export const fromSpent = 'FROM child JOIN users ON users.id = child.user_id CROSS JOIN claimed'

export type SpentRow = User & Omit<SpentNonce, 'user'>

const spend: Statement = {
  name: 'spend nonce',
  text: `WITH ${spending} SELECT ${spentColumns} ${fromSpent}`,
}

/**
 * Spends a nonce and starts its hand-off session in one statement: of any number of callers on any number of
 * instances exactly one gets the row, and a kill at any moment leaves both done or neither. `undefined` when
 * the claim does not hold. The share lock keeps the source from being ended between the check and the insert
 * of its child.
 */
export async function spendNonce(run: Run, claim: NonceClaim): Promise<SpentNonce | undefined> {
  const [row] = await run<SpentRow>(spend, valuesOf(claim))
  return row && spentOf(row)
}

/** The values of `spending`. */
export function valuesOf(claim: NonceClaim): unknown[] {
  const { hash, openedAt, codeChallenge, sessionId, lifetime, target, idleTime = null } = claim
  const { spentBy, isProven, sourcelessLifetime, device } = claim
  return [
    ...[hash, openedAt, codeChallenge, sessionId, lifetime, target, idleTime],
    ...[spentBy, isProven, sourcelessLifetime, device],
  ]
}

/** What was spent, of a row of such a statement. */
export function spentOf({ redirectTo, provider, expiresAt, amr, authTime, age, events, ...user }: SpentRow) {
  return { user, redirectTo, provider, expiresAt, amr, authTime, age, events } satisfies SpentNonce
}

/** A nonce with what became of it. */
export type StoredNonce = {
  target: string | null
  codeChallenge: string | null
  redirectTo: string | null
  /** The session that came of it; `null` for none. */
  sessionId: string | null
  /** SHA-256 of the secret of the browser that spent it. */
  spentBy: Buffer | null
  /** Whether it can still be spent, by some browser. */
  isOpen: boolean
  /** Whether a page that was opened then would be in time. */
  isInTime: boolean
  /** Why it is not good any more, where it was not spent. */
  closedAs: 'denied' | 'cancelled' | 'guessed' | null
  /** Seconds since it was issued, and since it was spent. */
  age: number
  spentFor: number | null
  approval: Approval | null
  /** The session that asked for it, the app that did, and from where. */
  sourceSessionId: string | null
  sourceClientId: string | null
  sourceDevice: string | null
}

const find: Statement = {
  name: 'find nonce',
  text: `
    SELECT target, code_challenge AS "codeChallenge", redirect_to AS "redirectTo", session_id AS "sessionId",
           spent_by AS "spentBy", ${isUnspent} AND ${isInTime('$2')} AND ${hasLiveSource} AS "isOpen",
           ${isInTime('$2')} AS "isInTime", extract(epoch FROM now() - created_at)::float AS age,
           extract(epoch FROM now() - used_at)::float AS "spentFor", approval, closed_as AS "closedAs",
           source_session_id AS "sourceSessionId", source_client_id AS "sourceClientId",
           source_device AS "sourceDevice"
    FROM nonces WHERE hash = $1`,
}

/** The nonce with this SHA-256, whatever became of it, for a page that was opened at `openedAt`, or now. */
export async function findNonce(
  run: Run,
  hash: Buffer<ArrayBuffer>,
  openedAt: Date | null,
): Promise<StoredNonce | undefined> {
  const [row] = await run<StoredNonce>(find, [hash, openedAt])
  return row && { ...row, spentBy: row.spentBy && Buffer.from(row.spentBy) }
}
