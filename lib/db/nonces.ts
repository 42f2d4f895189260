import { isAlive } from './alive.ts'
import {
  type AuditEvent,
  appendEvents,
  eventsOf,
  mostOfKind,
  sourceClient,
  type Told,
} from './audit-events.ts'
import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'
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
  approval: Approval | null
  /** Browser, system and address of who asks for it, as text. */
  sourceDevice: string
}

/** Which browsers the source has to approve: all, or those without the verifier's header. */
export type Approval = 'source' | 'unproven'

export type NewNonce = NewNonceOf<{ userId: string }>

const insert: Statement = {
  name: 'insert nonce',
  text: `WITH ${insertFrom('(SELECT $1::uuid AS id) AS person', 2)}`,
}

/** Writes a nonce that expires in `ttl` seconds by the database's clock. Returns the events of that. */
export async function insertNonce(
  db: Pick<Database, '$prepared'>,
  nonce: NewNonce,
  ttl: number,
): Promise<AuditEvent[]> {
  const [row] = await db.$prepared<Told>(insert, [nonce.userId, ...valuesOf(nonce, ttl)])
  return row?.events ?? []
}

/** Hand-off nonces that one ID token is good for. */
const mostUsesOfIdToken = 20

// The statement holds the lock of `person`, so that nobody is signed out between this look and the insert.
const stillSignedIn = `used CROSS JOIN person LEFT JOIN app ON true
    WHERE person.signed_out_at IS NULL OR person.signed_out_at < $23::timestamptz`

const insertWithPerson: Statement = {
  name: 'insert nonce with person',
  text: `
    WITH used AS (
      INSERT INTO id_token_uses (hash, expires_at) VALUES ($19, $22)
      ON CONFLICT (hash) DO UPDATE SET uses = id_token_uses.uses + 1
      WHERE id_token_uses.uses < ${mostUsesOfIdToken}
      RETURNING hash
    ), ${personStatement('FOR NO KEY UPDATE')}, app AS (
      SELECT app.id FROM sessions app
      WHERE app.user_id = (SELECT id FROM person) AND app.kind = 'app' AND app.client_id = $18
        AND ${isAlive('app')}
        AND (app.subject_token_hash = $19 OR app.upstream_sid = $20 OR app.auth_time = $21::timestamptz)
      ORDER BY app.subject_token_hash IS DISTINCT FROM $19, app.created_at DESC LIMIT 1
    ), ${insertFrom(stillSignedIn, 7, 'app.id')}`,
}

/** What an ID token says of the sign-in that an app's session may have come from as well. */
type SignInOfApp = {
  clientId: string
  subjectTokenHash: Buffer<ArrayBuffer>
  upstreamSid: string | null
  /** `null` where the ID token does not say. */
  authTime: Date | null
  /** When the ID token stops being accepted, and its uses may be forgotten. */
  goodUntil: Date
  issuedAt: Date
}

/**
 * Writes a nonce for a person who may be no user yet, and the user, in one statement. Its source is the app's
 * living session of the same sign-in, if there is one. `ttl` is in seconds. Returns the events of that;
 * `undefined`, and no nonce, when the ID token has been good for as many as one may be, or its person was
 * signed out after it was issued.
 */
export async function insertNonceFor(
  db: Pick<Database, '$prepared'>,
  nonce: NewNonceOf<{ person: Person }>,
  { clientId, subjectTokenHash, upstreamSid, authTime, goodUntil, issuedAt }: SignInOfApp,
  ttl: number,
): Promise<AuditEvent[] | undefined> {
  const signIn = [clientId, subjectTokenHash, upstreamSid, authTime, goodUntil, issuedAt]
  const values = [...personValues(nonce.person), ...valuesOf(nonce, ttl), ...signIn]
  const [row] = await db.$prepared<Told>(insertWithPerson, values)
  return row?.events.length ? row.events : undefined
}

function insertFrom(person: string, first: number, source = '$3'): string {
  const $ = (index: number) => `$${first + index}`
  // The server says that it is written before it is on disk: who loses a nonce by a crash asks for another
  // one. A nonce that is spent is on disk, as its redemption waits for all that was written before.
  return `
    issued AS (
      INSERT INTO nonces (hash, user_id, source_session_id, source_client_id, target, redirect_to,
                          code_challenge, amr, auth_time, expires_at, approval, source_device)
      SELECT ${$(0)}::bytea, person.id, coalesce(${$(1)}::uuid, ${source}::uuid), ${$(2)}, ${$(3)}, ${$(4)},
             ${$(5)}, ${$(6)}::text[], ${$(7)}::timestamptz, now() + make_interval(secs => ${$(8)}::int),
             ${$(9)}, ${$(10)}
      FROM ${person}
      RETURNING *
    ), told AS (${appendEvents(`'issued'`, 'issued', { source_client_id: sourceClient('issued') })})
    SELECT ${eventsOf('told')}, set_config('synchronous_commit', 'off', true)`
}

function valuesOf(nonce: NewNonceOf<object>, ttl: number): unknown[] {
  const { hash, sourceSessionId, sourceClientId, target, redirectTo, codeChallenge, amr, authTime } = nonce
  const issued = [
    hash,
    sourceSessionId,
    sourceClientId,
    target,
    redirectTo,
    codeChallenge,
    amr,
    authTime,
    ttl,
  ]
  return [...issued, nonce.approval, nonce.sourceDevice]
}

export type OpenNonce = {
  user: User
  /** `null` unless the nonce is bound to a verifier. */
  codeChallenge: string | null
  target: string | null
  redirectTo: string | null
  openedAt: Date
  authTime: Date
  /** Seconds since it was issued. */
  age: number
  /** The app that asked for it; `null` for a browser. */
  sourceClientId: string | null
  sourceDevice: string | null
  approval: Approval | null
  /** The browser that asks to spend it, as the SHA-256 of its secret, and the digits that it shows. */
  askedBy: Buffer | null
  number: string | null
  /** Whether the source has approved that browser. */
  isApproved: boolean
  /** What this look has added to the trail. */
  events: AuditEvent[]
}

/** The SQL condition that a nonce is neither spent nor closed. */
export const isUnspent = '(used_at IS NULL AND closed_at IS NULL)'

/**
 * The SQL condition that a page which this browser opened at `openedAt`, or opens now, may still redeem the
 * nonce.
 */
export function isInTime(openedAt: string): string {
  return `(coalesce(${openedAt}::timestamptz, now()) < nonces.expires_at
      AND now() < coalesce(${openedAt}::timestamptz, now()) + make_interval(secs => ${openPageSeconds}))`
}

/** The SQL condition that the session which asked for a nonce is alive, where a session did. */
export const hasLiveSource = `(source_session_id IS NULL OR EXISTS (
      SELECT FROM sessions source WHERE source.id = source_session_id AND ${isAlive('source')}))`

const open: Statement = {
  name: 'open nonce',
  text: `
    WITH opened AS (
      UPDATE nonces
      SET opened_at = coalesce(opened_at, now()),
          showings = CASE WHEN $2::timestamptz IS NULL AND showings <= ${mostOfKind} THEN showings + 1
                          ELSE showings END
      FROM users
      WHERE hash = $1 AND ${isUnspent} AND users.id = nonces.user_id
        AND (target IS NOT DISTINCT FROM $3::text OR $4::boolean AND code_challenge IS NOT NULL)
        AND ${isInTime('$2')} AND ${hasLiveSource}
      RETURNING nonces.*, name, email, image
    ), told AS (${appendEvents(
      `'shown'`,
      `opened WHERE $2::timestamptz IS NULL AND showings <= ${mostOfKind}`,
      { source_client_id: sourceClient('opened'), target_device: '$5::text' },
    )})
    SELECT user_id AS id, name, email, image, code_challenge AS "codeChallenge", target,
           redirect_to AS "redirectTo", auth_time AS "authTime",
           extract(epoch FROM now() - created_at)::float AS age,
           coalesce($2::timestamptz, now()) AS "openedAt", source_device AS "sourceDevice", approval,
           asked_by AS "askedBy", number, approved_at IS NOT NULL AS "isApproved",
           ${sourceClient('opened')} AS "sourceClientId", ${eventsOf('told')}
    FROM opened`,
}

/** Where a nonce is opened: at the client that it is for, `null` for Baton itself, or at the first step. */
type Opening = { target: string | null } | 'first step'

/**
 * Returns whose an unspent nonce is, and records that its page was opened: at `openedAt` (a reloaded page),
 * or now by the database's clock. `undefined` when the nonce is unknown, spent or expired, has another
 * target, or its source session is not alive. At the first step a bound nonce may have any target.
 */
export async function openNonce(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  openedAt: Date | null,
  { at, device }: { at: Opening; device: string },
): Promise<OpenNonce | undefined> {
  const isFirst = at === 'first step'
  const values = [hash, openedAt, isFirst ? null : at.target, isFirst, device]
  const [row] = await $prepared<User & Omit<OpenNonce, 'user'>>(open, values)
  if (!row) return undefined
  const { id, name, email, image, askedBy, ...nonce } = row
  return { user: { id, name, email, image }, askedBy: askedBy && Buffer.from(askedBy), ...nonce }
}
