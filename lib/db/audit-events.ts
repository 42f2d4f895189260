import type { Database } from './database.ts'
import { atOnce } from './over-sessions.ts'
import type { Statement } from './prepared.ts'

/** What can happen to a hand-off. */
export type EventType =
  | 'issued'
  | 'shown'
  | 'asked'
  | 'approved'
  | 'redeemed'
  | 'refused'
  | 'replayed'
  | 'revoked'

/** Why a browser did not get a session by a nonce. */
export type WhyRefused =
  | 'expired'
  | 'source_ended'
  | 'spent'
  | 'wrong_verifier'
  | 'no_verifier'
  | 'guessed'
  | 'denied'
  | 'wrong_number'
  | 'cancelled'
  | 'second_browser'
  | 'too_old'
  | 'other_target'
  | 'other_network'
  | 'other_address'

/** How a hand-off began, where no link was made for it: another device showed a user code. */
export type HowIssued = 'user_code'

/** Why a session has ended before its time. */
export type WhyEnded =
  | 'signed_out'
  | 'signed_out_everywhere'
  | 'ended_by_person'
  | 'replaced'
  | 'idle'
  | 'provider'
  | 'not_allowed'
  | 'web_nonce_revoked'
  | 'web_nonce_replaced'
  | 'replay'
  | 'operator'

type Place = { browser: string | null; system: string | null; address: string | null }

/** One event of a hand-off's trail. */
export type AuditEvent = {
  id: number
  /** ISO 8601, by the database's clock. */
  at: string
  type: EventType
  reason: string | null
  /** SHA-256 of the hand-off nonce, in hexadecimal digits; the same in all events of a trail. */
  nonce: string | null
  userId: string
  sourceSessionId: string | null
  sourceClientId: string | null
  /** The client that the nonce is for; `null` for Baton itself. */
  target: string | null
  /** The session that came of it. */
  sessionId: string | null
  source: Place | null
  by: Place | null
}

const columns = {
  reason: 'NULL',
  nonce_hash: 'hash',
  user_id: 'user_id',
  source_session_id: 'source_session_id',
  source_client_id: 'source_client_id',
  target: 'target',
  session_id: 'session_id',
  source_device: 'source_device',
  target_device: 'NULL',
}

const placeOf = (device: string) => `
  CASE WHEN ${device} IS NOT NULL THEN json_build_object(
    'browser', ${device}::json->'browser', 'system', ${device}::json->'system',
    'address', ${device}::json->'address') END`

/** SQL of an event as `AuditEvent`, of a row of `audit_events`. */
const asEvent = `
  json_build_object(
    'id', id, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'type', type,
    'reason', reason, 'nonce', encode(nonce_hash, 'hex'), 'userId', user_id,
    'sourceSessionId', source_session_id, 'sourceClientId', source_client_id, 'target', target,
    'sessionId', session_id, 'source', ${placeOf('source_device')}, 'by', ${placeOf('target_device')})`

/**
 * SQL that appends an event for each row of `from`, which has the columns of `nonces` unless `values` names
 * others, and returns `event`. It is part of the statement that does what the event tells of: both happen, or
 * neither. Only constants.
 */
export function appendEvents(
  type: string,
  from: string,
  values: Partial<Record<keyof typeof columns, string>> = {},
): string {
  const all = { ...columns, ...values }
  return `
    INSERT INTO audit_events (type, ${Object.keys(all).join(', ')})
    SELECT ${type}, ${Object.values(all).join(', ')} FROM ${from}
    RETURNING session_id, ${asEvent} AS event`
}

/** A row of a statement that ends in `eventsOf`. */
export type Told = { events: AuditEvent[] }

/** SQL of the events that `appended`, the name of such a part, has appended, as a JSON array. */
export function eventsOf(appended: string): string {
  return `(SELECT coalesce(json_agg(event), '[]'::json) FROM ${appended}) AS events`
}

/**
 * Events of a kind that one trail has at most: strangers who have its link can cause them without end.
 */
export const mostOfKind = 10

/** SQL for the app that a row of `nonces` comes from: it asked itself, or its session did. */
export const sourceClient = (row: string) => `
  coalesce(${row}.source_client_id,
           (SELECT client_id FROM sessions parent WHERE parent.id = ${row}.source_session_id))`

type Asked = {
  since: Date
  /** `null` for up to now. */
  until: Date | null
  /** The events of one trail, by the SHA-256 of its nonce in hexadecimal digits; of one person. */
  nonce?: string | null
  person?: string | null
}

const find: Statement = {
  name: 'find audit events',
  text: `
    SELECT ${asEvent} AS event FROM audit_events
    WHERE at >= $1::timestamptz AND (at, id) > ($1::timestamptz, $2::bigint)
      AND at < coalesce($3::timestamptz, 'infinity')
      AND ($4::text IS NULL OR nonce_hash = decode($4::text, 'hex'))
      AND ($5::uuid IS NULL OR user_id = $5::uuid)
    ORDER BY at, id LIMIT ${atOnce}`,
}

/** The events from `since` on and before `until`, the oldest first, in pages of a thousand. */
export async function* auditEvents(
  { $prepared }: Pick<Database, '$prepared'>,
  { since, until, nonce = null, person = null }: Asked,
): AsyncGenerator<AuditEvent[]> {
  for (let [at, id]: [Date | string, number] = [since, 0]; ; ) {
    const rows: { event: AuditEvent }[] = await $prepared<{ event: AuditEvent }>(find, [
      ...[at, id, until, nonce, person],
    ])
    if (rows.length > 0) yield rows.map(({ event }) => event)
    const last = rows.at(-1)?.event
    if (!last || rows.length < atOnce) return
    at = last.at
    id = last.id
  }
}

const remove: Statement = {
  name: 'remove old audit events',
  text: `
    DELETE FROM audit_events WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM audit_events WHERE at < now() - make_interval(days => $1::int)
      ORDER BY at, id LIMIT ${atOnce} FOR UPDATE SKIP LOCKED))
    RETURNING id`,
}

/** Removes events that are older than so many days, in batches; yields how many each has removed. */
export async function* removeOldEvents(
  { $prepared }: Pick<Database, '$prepared'>,
  days: number,
): AsyncGenerator<number> {
  for (let rows = atOnce; rows === atOnce; ) {
    rows = (await $prepared(remove, [days])).length
    yield rows
  }
}
