import type { EventType, HowIssued, WhyEnded, WhyRefused } from './audit-events.ts'
import type { Database } from './database.ts'
import { idsWithin, type Reach } from './own-sessions.ts'
import type { Statement } from './prepared.ts'

type Prepared = Pick<Database, '$prepared'>

/** Hand-offs of a page of the timeline. */
const pageSize = 30
/** Notices that are shown at once, and for how many days. */
const mostNotices = 5
const noticeDays = 7

/** An event of a hand-off, as its person sees it. */
export type OwnEvent = {
  id: number
  /** SHA-256 of the nonce, in hexadecimal digits. */
  nonce: string
  at: Date
  type: EventType
  reason: HowIssued | WhyRefused | WhyEnded | null
  sourceClientId: string | null
  target: string | null
  /** Browser, system and address on both sides, as text. */
  sourceDevice: string | null
  targetDevice: string | null
}

const columns = `
  audit_events.id::float AS id, encode(nonce_hash, 'hex') AS nonce, at, type, reason,
  source_client_id AS "sourceClientId", target,
  source_device AS "sourceDevice", target_device AS "targetDevice"`

/** The SQL condition that an event belongs to a hand-off within the reach of `$1` and `$2`. */
const isOwn = `
  (user_id = $1::uuid AND ($2::uuid IS NULL OR source_session_id IN (SELECT id FROM tree)))`

const page: Statement = {
  name: 'find page of hand-offs',
  text: `
    WITH RECURSIVE ${idsWithin}, issued AS (
      SELECT id AS place, nonce_hash AS issued_hash FROM audit_events
      WHERE type = 'issued' AND ${isOwn} AND id < coalesce(
        (SELECT id FROM audit_events
         WHERE nonce_hash = decode($3, 'hex') AND type = 'issued' AND user_id = $1::uuid), ${2n ** 63n - 1n})
      ORDER BY id DESC LIMIT ${pageSize + 1}
    )
    SELECT ${columns}
    FROM issued JOIN audit_events ON nonce_hash = issued_hash AND user_id = $1::uuid
    ORDER BY place DESC, id`,
}

/** A hand-off: what happened to its nonce, the oldest first. */
type OwnHandoff = { nonce: string; events: OwnEvent[] }

/**
 * The hand-offs within a reach that were asked for before that of the nonce `before`, or all; the newest
 * first, thirty at most. `hasMore` says whether there are older ones.
 */
export async function findHandoffs(
  { $prepared }: Prepared,
  { userId, within }: Reach,
  before: string | null,
): Promise<{ handoffs: OwnHandoff[]; hasMore: boolean }> {
  const events = await $prepared<OwnEvent>(page, [userId, within, before])
  const handoffs = [...Map.groupBy(events, ({ nonce }) => nonce)].map(([nonce, own]) => ({
    nonce,
    events: own,
  }))
  return { handoffs: handoffs.slice(0, pageSize), hasMore: handoffs.length > pageSize }
}

/** Which refusals a person should look at: others are a link that came too late, or their own doing. */
const isAlarming: Record<WhyRefused, boolean> = {
  second_browser: true,
  guessed: true,
  wrong_verifier: true,
  no_verifier: true,
  wrong_number: true,
  denied: true,
  other_network: true,
  other_address: true,
  other_target: true,
  expired: false,
  source_ended: false,
  spent: false,
  cancelled: false,
  too_old: false,
}
const alarming = Object.entries(isAlarming).flatMap(([reason, is]) => (is ? reason : []))

const notices: Statement = {
  name: 'find notices',
  text: `
    WITH RECURSIVE ${idsWithin}
    SELECT ${columns} FROM audit_events
    WHERE ${isOwn} AND type IN ('replayed', 'refused') AND at > now() - make_interval(days => ${noticeDays})
      AND (type = 'replayed' OR reason = ANY($3::text[]))
    ORDER BY id DESC LIMIT ${mostNotices}`,
}

/**
 * What a person should look at: attempts of the last week that somebody else may have made, within a reach;
 * the newest first, five at most.
 */
export function findNotices({ $prepared }: Prepared, { userId, within }: Reach): Promise<OwnEvent[]> {
  return $prepared<OwnEvent>(notices, [userId, within, alarming])
}
