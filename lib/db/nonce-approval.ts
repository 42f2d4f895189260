import { type AuditEvent, appendEvents, eventsOf, sourceClient, type Told } from './audit-events.ts'
import type { Database } from './database.ts'
import { hasLiveSource, isInTime, isUnspent, openPageSeconds } from './nonces.ts'
import type { Run, Statement } from './prepared.ts'

type Asking = {
  hash: Buffer<ArrayBuffer>
  openedAt: Date | null
  codeChallenge: string | null
  target: string | null
  /** SHA-256 of the secret of the browser that asks. */
  askedBy: Buffer<ArrayBuffer>
  /** The digits that it shows, if it is the first to ask. */
  number: string
  /** Browser, system and address, as text. */
  device: string
}

// The row as it was before: the first question is told, and not each time that the waiting page repeats it.
const ask: Statement = {
  name: 'ask for approval',
  text: `
    WITH before AS MATERIALIZED (SELECT hash, asked_by FROM nonces WHERE hash = $1 FOR UPDATE
    ), asking AS (
      UPDATE nonces
      SET asked_by = coalesce(nonces.asked_by, $5),
          number = coalesce(number, $6),
          asking_device = CASE WHEN nonces.asked_by = $5 THEN asking_device ELSE $7 END,
          closed_at = CASE WHEN nonces.asked_by <> $5 THEN now() END,
          closed_as = CASE WHEN nonces.asked_by <> $5 THEN 'cancelled' END
      FROM before
      WHERE nonces.hash = before.hash AND target IS NOT DISTINCT FROM $4::text AND approval IS NOT NULL
        AND ${isUnspent} AND ${isInTime('$2')} AND ${hasLiveSource}
        AND (code_challenge IS NULL OR code_challenge = $3::text)
      RETURNING nonces.*, before.asked_by IS NULL AS is_first
    ), told AS (${appendEvents(
      `CASE WHEN closed_at IS NULL THEN 'asked' ELSE 'refused' END`,
      'asking WHERE is_first OR closed_at IS NOT NULL',
      {
        reason: `CASE WHEN closed_at IS NOT NULL THEN 'second_browser' END`,
        source_client_id: sourceClient('asking'),
        target_device: '$7::text',
      },
    )})
    SELECT CASE WHEN closed_at IS NULL THEN number END AS number, ${eventsOf('told')} FROM asking`,
}

/**
 * Has a browser ask the source of a nonce for approval: returns the digits that both sides see, the same each
 * time that this browser asks, and what that has added to the trail. A second browser that asks closes the
 * nonce for both: of any number of callers on any number of instances one is the first. `undefined` when
 * there is nothing to ask for.
 */
export async function askForApproval(
  run: Run,
  asking: Asking,
): Promise<{ number: string | null; events: AuditEvent[] } | undefined> {
  const { hash, openedAt, codeChallenge, target, askedBy, number, device } = asking
  const values = [hash, openedAt, codeChallenge, target, askedBy, number, device]
  const [row] = await run<Told & { number: string | null }>(ask, values)
  return row
}

const answer: Statement = {
  name: 'answer a browser that asks',
  text: `
    WITH before AS MATERIALIZED (SELECT hash, approved_at FROM nonces WHERE hash = $1 FOR UPDATE
    ), answered AS (
      UPDATE nonces
      SET approved_at = CASE WHEN $4::boolean AND number = $3 THEN now() END,
          closed_at = CASE WHEN $4::boolean AND number = $3 THEN NULL ELSE now() END,
          closed_as = CASE WHEN $4::boolean AND number = $3 THEN NULL ELSE 'denied' END
      FROM before
      WHERE nonces.hash = before.hash AND source_session_id = $2::uuid AND asked_by IS NOT NULL
        AND used_at IS NULL AND closed_at IS NULL
        AND now() < expires_at + make_interval(secs => ${openPageSeconds})
      RETURNING nonces.*, before.approved_at AS approved_before
    ), told AS (${appendEvents(
      `CASE WHEN closed_at IS NULL THEN 'approved' ELSE 'refused' END`,
      'answered WHERE closed_at IS NOT NULL OR approved_before IS NULL',
      {
        reason: `CASE WHEN closed_at IS NULL THEN NULL
                      WHEN $4::boolean THEN 'wrong_number' ELSE 'denied' END`,
        source_client_id: sourceClient('answered'),
        target_device: 'asking_device',
      },
    )})
    SELECT number = $3 AS "isRight", ${eventsOf('told')} FROM answered`,
}

/**
 * Takes the answer of the session that asked for a nonce, to the browser that shows these digits; a wrong
 * number denies it, and so does a no after a yes. `undefined` when no browser asks, or another session asked
 * for the nonce; else whether the number was the right one, and what this has added to the trail.
 */
export async function answerAsking(
  { $prepared }: Pick<Database, '$prepared'>,
  { hash, sid, number, isApproved }: { hash: Buffer; sid: string; number: string; isApproved: boolean },
): Promise<{ isRight: boolean; events: AuditEvent[] } | undefined> {
  const [row] = await $prepared<Told & { isRight: boolean }>(answer, [hash, sid, number, isApproved])
  return row
}

/** What a browser that cancels may close: a nonce that is its own to ask for. */
export type Cancellation = {
  hash: Buffer<ArrayBuffer>
  codeChallenge: string | null
  /** SHA-256 of the browser's secret. */
  cancelledBy: Buffer<ArrayBuffer>
}

const cancel: Statement = {
  name: 'cancel nonce',
  text: `
    WITH cancelled AS (
      UPDATE nonces SET closed_at = now(), closed_as = 'cancelled', asking_device = NULL
      WHERE hash = $1 AND used_at IS NULL AND closed_at IS NULL
        AND (code_challenge IS NULL OR code_challenge = $2)
        AND (asked_by IS NULL OR asked_by = $3)
      RETURNING *
    ), told AS (${appendEvents(`'refused'`, 'cancelled', {
      reason: `'cancelled'`,
      source_client_id: sourceClient('cancelled'),
      target_device: '$4::text',
    })})
    SELECT ${eventsOf('told')}`,
}

/**
 * Closes an unspent nonce for a person who does not continue; nobody asks for it any more. Changes nothing
 * for a browser that has not shown the verifier of a bound nonce, or while another one asks. Returns what
 * this has added to the trail.
 */
export async function cancelNonce(
  { $prepared }: Pick<Database, '$prepared'>,
  { hash, codeChallenge, cancelledBy }: Cancellation,
  device: string,
): Promise<AuditEvent[]> {
  const [row] = await $prepared<Told>(cancel, [hash, codeChallenge, cancelledBy, device])
  return row?.events ?? []
}

/** How far a nonce has come. */
export type NonceState = {
  openedAt: Date | null
  isSpent: boolean
  closedAs: 'cancelled' | 'denied' | 'guessed' | null
  isAsked: boolean
  isApproved: boolean
  /** Whether no page can redeem it any more. */
  isOver: boolean
  number: string | null
  sourceDevice: string | null
  askingDevice: string | null
}

/** How far a nonce has come, for the session that asked for it; `undefined` for any other session. */
export async function findNonceState(
  db: Database,
  hash: Buffer<ArrayBuffer>,
  sourceSessionId: string,
): Promise<NonceState | undefined> {
  const [row] = await db.$queryRaw<NonceState[]>`
    SELECT opened_at AS "openedAt", session_id IS NOT NULL AS "isSpent", closed_as AS "closedAs",
           asked_by IS NOT NULL AS "isAsked", approved_at IS NOT NULL AS "isApproved", number,
           used_at IS NOT NULL OR now() >= CASE
             WHEN opened_at IS NULL THEN expires_at
             ELSE expires_at + make_interval(secs => ${openPageSeconds}) END AS "isOver",
           source_device AS "sourceDevice", asking_device AS "askingDevice"
    FROM nonces WHERE hash = ${hash} AND source_session_id = ${sourceSessionId}::uuid`
  return row
}
