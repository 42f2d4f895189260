import { isAlive } from './alive.ts'
import { type AuditEvent, appendEvents, eventsOf, type Told, type WhyRefused } from './audit-events.ts'
import type { Database } from './database.ts'
import type { Run, Statement } from './prepared.ts'

type Prepared = Pick<Database, '$prepared'>

type NewDeviceRequest = {
  /** SHA-256 of what the device alone has: the secret of a browser, or the device code of a client. */
  hash: Buffer<ArrayBuffer>
  userCodeHash: Buffer<ArrayBuffer>
  /** `null` for a browser, which asks for Baton itself. */
  clientId: string | null
  scope: string | null
  redirectTo: string | null
  /** Browser, system and address of who asks, as text. */
  device: string
  /** The digits that a browser shows, and those of which a person chooses; of a client `null` and none. */
  number: string | null
  numbers: string[]
}

const insert: Statement = {
  name: 'insert device request',
  text: `
    INSERT INTO device_requests (hash, user_code_hash, client_id, scope, redirect_to, device, number, numbers,
                                 expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text[], now() + make_interval(secs => $9::int))
    ON CONFLICT (user_code_hash) DO NOTHING
    RETURNING hash`,
}

/** Writes a request that lives for `ttl` seconds; `false` when another one has its user code. */
export async function insertDeviceRequest(
  { $prepared }: Prepared,
  { hash, userCodeHash, clientId, scope, redirectTo, device, number, numbers }: NewDeviceRequest,
  ttl: number,
): Promise<boolean> {
  const values = [hash, userCodeHash, clientId, scope, redirectTo, device, number, numbers, ttl]
  return (await $prepared(insert, values)).length === 1
}

/** Who looks at a request, or answers it: a session, its app, and from where. */
export type Approver = {
  sid: string
  userId: string
  clientId: string | null
  /** Browser, system and address, as text. */
  device: string
}

/** A request that waits for an answer, as its person sees it. */
type WaitingRequest = {
  clientId: string | null
  scope: string | null
  device: string
  numbers: string[]
  createdAt: Date
  /** Seconds since then. */
  age: number
}

/** The values of an event, of a row of `device_requests` and the approver in `$2` to `$5`. */
const trail = {
  user_id: '$3::uuid',
  source_session_id: '$2::uuid',
  source_client_id: '$4::text',
  target: 'client_id',
  session_id: 'NULL::uuid',
  source_device: '$5::text',
  target_device: 'device',
}

const isWaiting = '(device_requests.answer IS NULL AND now() < device_requests.expires_at)'

const open: Statement = {
  name: 'open device request',
  text: `
    WITH before AS MATERIALIZED (
      SELECT hash, opened_by FROM device_requests WHERE user_code_hash = $1 FOR UPDATE
    ), opened AS (
      UPDATE device_requests SET opened_by = coalesce(device_requests.opened_by, $2::uuid)
      FROM before WHERE device_requests.hash = before.hash AND ${isWaiting}
      RETURNING device_requests.*, before.opened_by IS NULL AS is_first
    ), told AS (${appendEvents(`'issued'`, 'opened WHERE is_first', { ...trail, reason: `'user_code'` })})
    SELECT client_id AS "clientId", scope, device, numbers, created_at AS "createdAt",
           extract(epoch FROM now() - created_at)::float AS age, ${eventsOf('told')}
    FROM opened`,
}

/**
 * The request with this user code, for a session that looks at it: from then on a browser shows its digits.
 * `undefined` for one that is unknown, answered or expired. Returns what this has added to the trail too.
 */
export async function openDeviceRequest(
  { $prepared }: Prepared,
  userCodeHash: Buffer<ArrayBuffer>,
  { sid, userId, clientId, device }: Approver,
): Promise<(WaitingRequest & Told) | undefined> {
  const [row] = await $prepared<WaitingRequest & Told>(open, [userCodeHash, sid, userId, clientId, device])
  return row
}

/** Seconds within which a browser has to open the page that says who has approved it. */
const approvedSeconds = 120

const isRight = '($6::boolean AND $8::text IS NULL AND (number IS NULL OR number = $7))'

const answer: Statement = {
  name: 'answer device request',
  text: `
    WITH source AS (
      SELECT * FROM sessions WHERE id = $2::uuid AND ${isAlive('sessions')} FOR SHARE OF sessions
    ), before AS MATERIALIZED (
      SELECT hash, opened_by FROM device_requests WHERE user_code_hash = $1 FOR UPDATE
    ), answered AS (
      UPDATE device_requests
      SET opened_by = coalesce(device_requests.opened_by, $2::uuid),
          answer = CASE WHEN ${isRight} THEN 'approved' ELSE 'denied' END
      FROM before, source
      WHERE device_requests.hash = before.hash AND ${isWaiting}
      RETURNING device_requests.*, before.opened_by AS opened_before, source.amr, source.auth_time
    ), issued AS (
      INSERT INTO nonces (hash, user_id, source_session_id, target, redirect_to, amr, auth_time, expires_at,
                          source_device)
      SELECT hash, $3::uuid, $2::uuid, client_id, redirect_to, amr, auth_time,
             now() + make_interval(secs => ${approvedSeconds}), $5
      FROM answered WHERE answer = 'approved'
    ), told AS (${appendEvents(
      'step',
      `(
        SELECT answered.*, step, CASE WHEN step = 'issued' THEN 'user_code' WHEN step = 'approved' THEN NULL
               WHEN $8::text IS NOT NULL THEN $8::text
               WHEN $6::boolean THEN 'wrong_number' ELSE 'denied' END AS why
        FROM answered CROSS JOIN LATERAL (VALUES
          (1, 'issued'), (2, CASE WHEN answer = 'approved' THEN 'approved' ELSE 'refused' END)
        ) AS steps (place, step)
        WHERE place = 2 OR opened_before IS DISTINCT FROM $2::uuid
        ORDER BY place) AS told_steps`,
      { ...trail, reason: 'why' },
    )})
    SELECT hash, answer = 'approved' AS "isApproved", client_id AS "clientId", scope, device,
           ${eventsOf('told')}
    FROM answered`,
}

/** What an answer has made of a request. */
export type AnsweredRequest = {
  hash: Buffer<ArrayBuffer>
  isApproved: boolean
  clientId: string | null
  scope: string | null
  /** Browser, system and address of who asks, as text. */
  device: string
}

/**
 * Takes the answer of a living session to a request: of any number of answers on any number of instances one
 * counts. A yes needs the digits that the browser shows, where it is one; a wrong number is a no, and so is
 * a yes that `fault` speaks against. A yes also writes the nonce, under the hash of what the device has, by
 * which that device alone begins its session. `undefined` for a request that is unknown, answered or expired,
 * or a session that has ended. Returns what
 * this has added to the trail too.
 */
export async function answerDeviceRequest(
  run: Run,
  {
    userCodeHash,
    approver,
    isYes,
    number,
    fault,
  }: {
    userCodeHash: Buffer<ArrayBuffer>
    approver: Approver
    isYes: boolean
    number: string | null
    fault: WhyRefused | null
  },
): Promise<(AnsweredRequest & Told) | undefined> {
  const { sid, userId, clientId, device } = approver
  const values = [userCodeHash, sid, userId, clientId, device, isYes, number, fault]
  const [row] = await run<AnsweredRequest & Told>(answer, values)
  return row && { ...row, hash: Buffer.from(row.hash) }
}

/** How far a request has come. */
export type DeviceRequestState = 'waiting' | 'opened' | 'approved' | 'denied' | 'expired'

/** A request as the browser sees it that asks. */
export type AskingRequest = {
  state: DeviceRequestState
  /** The digits that it shows, from when somebody has opened its request. */
  number: string | null
}

const find: Statement = {
  name: 'find device requests',
  text: `
    SELECT encode(hash, 'hex') AS hash,
           CASE WHEN answer IS NOT NULL THEN answer WHEN now() >= expires_at THEN 'expired'
                WHEN opened_by IS NOT NULL THEN 'opened' ELSE 'waiting' END AS state,
           CASE WHEN opened_by IS NOT NULL THEN number END AS number
    FROM device_requests WHERE hash = ANY($1::bytea[])`,
}

/** The requests with these hashes, by the hexadecimal digits of their hashes. */
export async function findDeviceRequests(
  { $prepared }: Prepared,
  hashes: readonly Buffer[],
): Promise<Map<string, AskingRequest>> {
  const rows = await $prepared<AskingRequest & { hash: string }>(find, [hashes])
  return new Map(rows.map(({ hash, ...request }) => [hash, request]))
}

const withdraw: Statement = {
  name: 'withdraw device request',
  text: `
    WITH withdrawn AS (DELETE FROM device_requests WHERE hash = $1 AND answer IS NULL RETURNING *
    ), opened AS (
      SELECT withdrawn.*, opener.user_id AS opened_by_user, opener.client_id AS opened_by_client
      FROM withdrawn JOIN sessions opener ON opener.id = opened_by
    ), told AS (${appendEvents(`'refused'`, 'opened', {
      ...trail,
      user_id: 'opened_by_user',
      source_session_id: 'opened_by',
      source_client_id: 'opened_by_client',
      source_device: 'NULL',
      reason: `'cancelled'`,
    })})
    SELECT ${eventsOf('told')}`,
}

/**
 * Forgets a request that the browser which asks has cancelled; nobody can answer it any more. Returns what
 * this has added to the trail of whoever has opened it.
 */
export async function withdrawDeviceRequest({ $prepared }: Prepared, hash: Buffer): Promise<AuditEvent[]> {
  const [row] = await $prepared<Told>(withdraw, [hash])
  return row?.events ?? []
}

/** The seconds that RFC 8628, section 3.5, adds for a device that asks too often, and the most there are. */
const [slowerBy, slowest] = [5, 60]
/** Seconds by which a device may be early. */
const early = 1

const poll: Statement = {
  name: 'poll device request',
  text: `
    WITH before AS MATERIALIZED (
      SELECT hash,
             coalesce(polled_at > now() - make_interval(secs => poll_interval - ${early}), false) AS is_soon
      FROM device_requests WHERE hash = $1 AND ${isWaiting} FOR UPDATE
    )
    UPDATE device_requests
    SET polled_at = now(),
        poll_interval = CASE WHEN is_soon THEN least(poll_interval + ${slowerBy}, ${slowest})
                             ELSE poll_interval END
    FROM before WHERE device_requests.hash = before.hash
    RETURNING is_soon AS "isSoon"`,
}

/** Notes that a device asks whether its request is approved; whether it does so too soon. */
export async function pollDeviceRequest({ $prepared }: Prepared, hash: Buffer): Promise<boolean> {
  const [row] = await $prepared<{ isSoon: boolean }>(poll, [hash])
  return row?.isSoon ?? false
}
