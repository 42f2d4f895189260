import type { Database, Queries } from './database.ts'
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

const ask: Statement = {
  name: 'ask for approval',
  text: `
    UPDATE nonces
    SET asked_by = coalesce(asked_by, $5),
        number = coalesce(number, $6),
        asking_device = CASE WHEN asked_by = $5 THEN asking_device ELSE $7 END,
        closed_at = CASE WHEN asked_by <> $5 THEN now() END,
        closed_as = CASE WHEN asked_by <> $5 THEN 'cancelled' END
    WHERE hash = $1 AND target IS NOT DISTINCT FROM $4::text AND approval IS NOT NULL AND ${isUnspent}
      AND ${isInTime('$2')} AND ${hasLiveSource}
      AND (code_challenge IS NULL OR code_challenge = $3::text)
    RETURNING CASE WHEN closed_at IS NULL THEN number END AS number`,
}

/**
 * Has a browser ask the source of a nonce for approval: returns the digits that both sides see, the same each
 * time that this browser asks. A second browser that asks closes the nonce for both: of any number of callers
 * on any number of instances one is the first. `undefined` when there is nothing to ask for.
 */
export async function askForApproval(run: Run, asking: Asking): Promise<string | undefined> {
  const { hash, openedAt, codeChallenge, target, askedBy, number, device } = asking
  const values = [hash, openedAt, codeChallenge, target, askedBy, number, device]
  const [row] = await run<{ number: string | null }>(ask, values)
  return row?.number ?? undefined
}

/**
 * Takes the answer of the session that asked for a nonce, to the browser that shows these digits; a wrong
 * number denies it, and so does a no after a yes. `undefined` when no browser asks, or another session asked
 * for the nonce; else whether the number was the right one.
 */
export async function answerAsking(
  db: Queries,
  { hash, sid, number, isApproved }: { hash: Buffer; sid: string; number: string; isApproved: boolean },
): Promise<boolean | undefined> {
  const [row] = await db.$queryRaw<{ isRight: boolean }[]>`
    UPDATE nonces
    SET approved_at = CASE WHEN ${isApproved}::boolean AND number = ${number} THEN now() END,
        closed_at = CASE WHEN ${isApproved}::boolean AND number = ${number} THEN NULL ELSE now() END,
        closed_as = CASE WHEN ${isApproved}::boolean AND number = ${number} THEN NULL ELSE 'denied' END
    WHERE hash = ${hash} AND source_session_id = ${sid}::uuid AND asked_by IS NOT NULL
      AND used_at IS NULL AND closed_at IS NULL
      AND now() < expires_at + make_interval(secs => ${openPageSeconds})
    RETURNING number = ${number} AS "isRight"`
  return row?.isRight
}

/** What a browser that cancels may close: a nonce that is its own to ask for. */
export type Cancellation = {
  hash: Buffer<ArrayBuffer>
  codeChallenge: string | null
  /** SHA-256 of the browser's secret. */
  cancelledBy: Buffer<ArrayBuffer>
}

/**
 * Closes an unspent nonce for a person who does not continue; nobody asks for it any more. Changes nothing
 * for a browser that has not shown the verifier of a bound nonce, or while another one asks.
 */
export async function cancelNonce(
  db: Queries,
  { hash, codeChallenge, cancelledBy }: Cancellation,
): Promise<void> {
  await db.$executeRaw`
    UPDATE nonces SET closed_at = now(), closed_as = 'cancelled', asking_device = NULL
    WHERE hash = ${hash} AND used_at IS NULL AND closed_at IS NULL
      AND (code_challenge IS NULL OR code_challenge = ${codeChallenge})
      AND (asked_by IS NULL OR asked_by = ${cancelledBy})`
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
