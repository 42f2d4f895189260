import { appendEvents, eventsOf, sourceClient } from './audit-events.ts'
import { openPageSeconds } from './nonces.ts'
import type { Statement } from './prepared.ts'

/**
 * SQL that spends the open nonces which `condition` selects, so that no session begins by them, and tells
 * why: the events are those of `told_nonces`. Only constants.
 */
export const revokingNonces = (condition: string, why: string) => `
  revoked_nonces AS (
    UPDATE nonces SET used_at = now()
    WHERE ${condition} AND used_at IS NULL AND closed_at IS NULL
      AND now() < expires_at + make_interval(secs => ${openPageSeconds})
    RETURNING *
  ), told_nonces AS (${appendEvents(`'revoked'`, 'revoked_nonces', {
    reason: why,
    source_client_id: sourceClient('revoked_nonces'),
  })})`

/** The statement that does so and returns the events, as `Told`. */
export const revokeNonces = (name: string, condition: string, why: string): Statement => ({
  name,
  text: `WITH ${revokingNonces(condition, why)} SELECT ${eventsOf('told_nonces')}`,
})
