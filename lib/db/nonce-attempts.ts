import {
  type AuditEvent,
  appendEvents,
  eventsOf,
  mostOfKind,
  sourceClient,
  type Told,
  type WhyRefused,
} from './audit-events.ts'
import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'

const count: Statement = {
  name: 'count wrong verifier',
  text: `
    WITH counted AS (
      UPDATE nonces
      SET wrong_verifiers = wrong_verifiers + 1,
          closed_at = CASE WHEN wrong_verifiers + 1 >= $2::int THEN now() END,
          closed_as = CASE WHEN wrong_verifiers + 1 >= $2::int THEN 'guessed' END
      WHERE hash = $1 AND used_at IS NULL AND closed_at IS NULL
      RETURNING *
    ), told AS (${appendEvents(
      `'refused'`,
      `counted WHERE closed_as = 'guessed' OR wrong_verifiers <= ${mostOfKind}`,
      {
        reason: `coalesce(closed_as, 'wrong_verifier')`,
        source_client_id: sourceClient('counted'),
        target_device: '$3::text',
      },
    )})
    SELECT ${eventsOf('told')}`,
}

/** Counts a wrong verifier of an unspent nonce; the last of `most` closes it. */
export async function countWrongVerifier(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  { most, device }: { most: number; device: string },
): Promise<AuditEvent[]> {
  const [row] = await $prepared<Told>(count, [hash, most, device])
  return row?.events ?? []
}

// A nonce that is spent or closed is told of as well.
const countedEvent = (type: 'refused' | 'replayed', column: 'refusals' | 'replays'): Statement => ({
  name: `tell that a nonce is ${type}`,
  text: `
    WITH counted AS (
      UPDATE nonces SET ${column} = ${column} + 1 WHERE hash = $1 AND ${column} < ${mostOfKind} RETURNING *
    ), told AS (${appendEvents(`'${type}'`, 'counted', {
      reason: '$2::text',
      source_client_id: sourceClient('counted'),
      target_device: '$3::text',
    })})
    SELECT ${eventsOf('told')}`,
})
const attempts = {
  refused: countedEvent('refused', 'refusals'),
  replayed: countedEvent('replayed', 'replays'),
}

/** A browser that did not get a session by a nonce. */
type NonceAttempt = { device: string } & (
  | { type: 'refused'; reason: WhyRefused }
  | { type: 'replayed'; reason: null }
)

/** Appends to the trail of a nonce that a browser came with it in vain. */
export async function appendAttempt(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  { type, reason, device }: NonceAttempt,
): Promise<AuditEvent[]> {
  const [row] = await $prepared<Told>(attempts[type], [hash, reason, device])
  return row?.events ?? []
}
