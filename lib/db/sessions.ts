import { askEachTogether } from '#lib/later/ask-together.ts'
import { isAlive, notEnded } from './alive.ts'
import { type AuditEvent, appendEvents, type Told, type WhyEnded } from './audit-events.ts'
import type { Database, Queries } from './database.ts'
import { type Statement, within } from './prepared.ts'
import { revokeNonces, revokingNonces } from './revoked-nonces.ts'
import type { User } from './users.ts'

export const sessionKinds = ['browser', 'handoff', 'app'] as const
export type SessionKind = (typeof sessionKinds)[number]

export type NewSession = {
  id: string
  kind: SessionKind
  userId: string
  provider: string
  amr: string[]
  authTime: Date
  expiresAt: Date
  /** Seconds, by the database's clock; `undefined` for none. */
  idleTime: number | undefined
  /** `sub` and `sid` of the ID token that started it. */
  upstreamSubject: string | null
  upstreamSid: string | null
  /** Browser, system and address that it begins with, as text. */
  device: string
  /** A time before the provider said who signs in, by the database's clock. */
  provenAfter: Date
}

export type LiveSession = {
  id: string
  kind: SessionKind
  provider: string | null
  /** The app that the session came from; `null` for a sign-in in a browser. */
  clientId: string | null
  /** The only client that the OpenID Provider answers in this session; `null` for Baton itself. */
  target: string | null
  amr: string[]
  authTime: Date
  createdAt: Date
  expiresAt: Date
  /** When it was used last, as far as that was recorded. */
  usedAt: Date
  /** When the session ends unless it is used; `null` when it has no idle timeout. */
  idleUntil: Date | null
  /**
   * The app's session whose idle time counts in place of one of its own; a use of this one is a use of that.
   */
  idleWith: string | null
  tokenSetId: string | null
  tokenSetError: string | null
  user: User
}

/**
 * Writes a session and the sealed token set that it owns: both or neither. `false`, and neither, when the
 * person was signed out everywhere at `provenAfter` or later.
 */
export async function insertSession(
  db: Database,
  session: NewSession,
  tokenSet: { id: string; sealed: string },
): Promise<boolean> {
  const { id, kind, userId, provider, amr, authTime, expiresAt, upstreamSubject, upstreamSid } = session
  const written = await db.$executeRaw`
    WITH person AS (
      SELECT FROM users
      WHERE id = ${userId}::uuid AND (signed_out_at IS NULL OR signed_out_at < ${session.provenAfter})
      FOR SHARE
    ), token_set AS (
      INSERT INTO token_sets (id, provider, sealed)
      SELECT ${tokenSet.id}::uuid, ${provider}, ${tokenSet.sealed} FROM person
      RETURNING id
    )
    INSERT INTO sessions (id, kind, user_id, provider, amr, auth_time, upstream_subject, upstream_sid,
                          expires_at, idle_until, token_set_id, device)
    SELECT ${id}::uuid, ${kind}, ${userId}::uuid, ${provider}, ${amr}::text[], ${authTime},
           ${upstreamSubject}, ${upstreamSid}, ${expiresAt},
           now() + make_interval(secs => ${session.idleTime ?? null}::int), token_set.id,
           ${session.device}
    FROM token_set`
  return written === 1
}

/** A live session as a query finds it. */
export type LiveRow = Omit<LiveSession, 'user'> & { userId: string } & Omit<User, 'id'>

/**
 * The query for live sessions whose `sid` is as `$1` asks; `idleUntil` is SQL for the end of an idle time of
 * its own.
 */
export function selectLive(idleUntil: string, sid = '= $1::uuid'): string {
  return `
    SELECT sessions.id, sessions.kind, sessions.provider, sessions.client_id AS "clientId", sessions.target,
           sessions.amr, sessions.auth_time AS "authTime", sessions.created_at AS "createdAt",
           sessions.expires_at AS "expiresAt", sessions.used_at AS "usedAt",
           coalesce(app.idle_until, ${idleUntil}) AS "idleUntil",
           app.id AS "idleWith", sessions.token_set_id AS "tokenSetId", error AS "tokenSetError",
           users.id AS "userId", name, email, image
    FROM sessions JOIN users ON users.id = sessions.user_id
      LEFT JOIN token_sets ON token_sets.id = sessions.token_set_id
      LEFT JOIN sessions app ON app.id = sessions.idle_with
    WHERE sessions.id ${sid} AND ${isAlive('sessions')} AND (app.id IS NULL OR ${isAlive('app')})`
}

const find: Statement = {
  name: 'find live sessions',
  text: selectLive('sessions.idle_until', '= ANY($1::uuid[])'),
}

const findOne = askEachTogether(findLiveSessions)
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * The session with this `sid` and its user, if it is alive by the database's clock. Those that are asked for
 * in one turn of the event loop are read by one statement.
 */
export async function findLiveSession(
  db: Pick<Database, '$prepared'>,
  sid: string,
): Promise<LiveSession | undefined> {
  // The statement is others' as well, and the database would refuse it as a whole.
  return uuid.test(sid) ? findOne(db, sid) : undefined
}

async function findLiveSessions(
  { $prepared }: Pick<Database, '$prepared'>,
  sids: string[],
): Promise<(LiveSession | undefined)[]> {
  const rows = await $prepared<LiveRow>(find, [sids])
  const byId = new Map(rows.map((row) => [row.id, liveSessionOf(row)]))
  return sids.map((sid) => byId.get(sid.toLowerCase()))
}

/** The session and its user, of a row of `selectLive`. */
export function liveSessionOf({ userId, name, email, image, ...session }: LiveRow): LiveSession {
  return { ...session, user: { id: userId, name, email, image } }
}

const recordUse: Statement = {
  name: 'record use of session',
  text: `UPDATE sessions SET used_at = now() WHERE id = $1::uuid AND used_at < now() - interval '1 minute'`,
}

/** Records that a session is used now. */
export async function recordSessionUse(
  { $prepared }: Pick<Database, '$prepared'>,
  sid: string,
): Promise<void> {
  await $prepared(recordUse, [sid])
}

/** Sessions that have ended now, and what that has added to the trails of hand-offs. */
export type Ended = { sids: string[]; events: AuditEvent[] }

export const nothingEnded: Ended = { sids: [], events: [] }

/** A session that has ended, with what a trail tells of it; or that alone, of a nonce. */
export type EndedRow = { id: string | null; event: AuditEvent | null }

/** The part of a statement in which the trails of hand-offs tell of the sessions of `ended`. */
export const tellRevoked = (ended: string, why: string) => `
  told AS (${appendEvents(`'revoked'`, `${ended} WHERE kind = 'handoff'`, {
    reason: why,
    nonce_hash: 'nonce_hash',
    source_session_id: 'parent_id',
    source_client_id: 'client_id',
    session_id: 'id',
    source_device: `(SELECT source_device FROM audit_events issued
                     WHERE issued.nonce_hash = ${ended}.nonce_hash AND issued.type = 'issued' LIMIT 1)`,
    target_device: 'device',
  })})`

/**
 * SQL of the children of the session `tree`. Its `OFFSET` keeps it a question about one session at a time, by
 * an index: as a join, a plan from the time when the table was small could read all children of all sessions.
 */
export const childrenOfTree = '(SELECT * FROM sessions WHERE parent_id = tree.id OFFSET 0)'

/**
 * The parts of a statement that end the sessions which `condition` selects, for the reason `why`, and spend
 * their open nonces which `nonces` selects. What has ended are the `endedRows`. Only constants.
 */
export const ending = (condition: string, why: string, nonces = 'true') => `
  ended AS (
    UPDATE sessions SET ended_at = now() WHERE ${condition} RETURNING *
  ), ${tellRevoked('ended', why)},
  ${revokingNonces(`source_session_id = ANY(ARRAY(SELECT id FROM ended)) AND ${nonces}`, why)}`

/** SQL of what such parts have ended, as rows of `EndedRow`. */
export const endedRows = `
  SELECT ended.id, told.event FROM ended LEFT JOIN told ON told.session_id = ended.id
  UNION ALL SELECT NULL, event FROM told_nonces`

const endingWhere = (condition: string, why: string) => `${ending(condition, why)} ${endedRows}`

/** The sessions of such rows, added to those of before. */
export function endedOf(rows: EndedRow[], { sids, events }: Ended = nothingEnded): Ended {
  return {
    sids: [...sids, ...rows.flatMap(({ id }) => id ?? [])],
    events: [...events, ...rows.flatMap(({ event }) => event ?? [])],
  }
}

/** Ends a session and its descendants. */
export function endSessionTree(db: Queries, sid: string, why: WhyEnded): Promise<Ended> {
  return endSessionTrees(db, [sid], why)
}

const endTrees: Statement = {
  name: 'end session trees',
  text: `
    WITH RECURSIVE tree AS (
      SELECT id FROM sessions WHERE id = ANY($1::uuid[])
      UNION
      SELECT child.id FROM tree CROSS JOIN LATERAL ${childrenOfTree} child
    ), ${endingWhere('id = ANY(ARRAY(SELECT id FROM tree)) AND ended_at IS NULL', '$2::text')}`,
}

/** Ends several sessions and their descendants. */
export function endSessionTrees(db: Queries, sids: string[], why: WhyEnded): Promise<Ended> {
  // The statement does not see a child that is inserted while its parent ends. An ended parent gets no
  // further children, so the rounds stop as soon as one finds nothing.
  return inRounds(() => within(db)<EndedRow>(endTrees, [sids, why]))
}

const endOfUser: Statement = {
  name: 'end sessions of user',
  text: `WITH ${endingWhere(`user_id = $1::uuid AND ${notEnded('sessions')}`, '$2::text')}`,
}

const noncesOfUser = revokeNonces('revoke nonces of user', 'user_id = $1::uuid', '$2::text')

/** Ends all sessions of a person and spends their open nonces, which could start new ones. */
export function endSessionsOf(db: Queries, userId: string, why: WhyEnded): Promise<Ended> {
  // As above: the next round finds a child that is inserted meanwhile. There is always a second one, as the
  // nonce that a child comes from need not have a session that ends.
  return inRounds(
    async () => {
      const ended = await within(db)<EndedRow>(endOfUser, [userId, why])
      const [spent] = await within(db)<Told>(noncesOfUser, [userId, why])
      return [...ended, ...(spent?.events ?? []).map((event) => ({ id: null, event }))]
    },
    { atLeast: 2 },
  )
}

async function inRounds(end: () => Promise<EndedRow[]>, { atLeast = 1 } = {}): Promise<Ended> {
  let all = nothingEnded
  for (let round = 1; ; round++) {
    const ended = await end()
    if (ended.length === 0 && round >= atLeast) return all
    all = endedOf(ended, all)
  }
}

/** The user whose session this is or was, as long as its row exists. */
export async function findUserIdOf(db: Database, sid: string): Promise<string | undefined> {
  const row = await db.session.findUnique({ where: { id: sid }, select: { userId: true } })
  return row?.userId
}
