import { isAlive, notEnded } from './alive.ts'
import type { Database, Queries } from './database.ts'
import { type Statement, within } from './prepared.ts'
import type { User } from './users.ts'

type SessionKind = 'browser' | 'handoff' | 'app'

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

/** Writes a session and the sealed token set that it owns: both or neither. */
export async function insertSession(
  db: Database,
  session: NewSession,
  tokenSet: { id: string; sealed: string },
): Promise<void> {
  const { id, kind, userId, provider, amr, authTime, expiresAt, upstreamSubject, upstreamSid } = session
  await db.$executeRaw`
    WITH token_set AS (
      INSERT INTO token_sets (id, provider, sealed)
      VALUES (${tokenSet.id}::uuid, ${provider}, ${tokenSet.sealed})
      RETURNING id
    )
    INSERT INTO sessions (id, kind, user_id, provider, amr, auth_time, upstream_subject, upstream_sid,
                          expires_at, idle_until, token_set_id)
    SELECT ${id}::uuid, ${kind}, ${userId}::uuid, ${provider}, ${amr}::text[], ${authTime},
           ${upstreamSubject}, ${upstreamSid}, ${expiresAt},
           now() + make_interval(secs => ${session.idleTime ?? null}::int), token_set.id
    FROM token_set`
}

/** A live session as a query finds it. */
export type LiveRow = Omit<LiveSession, 'user'> & { userId: string } & Omit<User, 'id'>

/**
 * The query for a live session by its `sid`, `$1`; `idleUntil` is SQL for the end of an idle time of its own.
 */
export function selectLive(idleUntil: string): string {
  return `
    SELECT sessions.id, sessions.kind, sessions.provider, sessions.client_id AS "clientId", sessions.target,
           sessions.amr, sessions.auth_time AS "authTime", sessions.created_at AS "createdAt",
           sessions.expires_at AS "expiresAt", coalesce(app.idle_until, ${idleUntil}) AS "idleUntil",
           app.id AS "idleWith", sessions.token_set_id AS "tokenSetId", error AS "tokenSetError",
           users.id AS "userId", name, email, image
    FROM sessions JOIN users ON users.id = sessions.user_id
      LEFT JOIN token_sets ON token_sets.id = sessions.token_set_id
      LEFT JOIN sessions app ON app.id = sessions.idle_with
    WHERE sessions.id = $1::uuid AND ${isAlive('sessions')} AND (app.id IS NULL OR ${isAlive('app')})`
}

const find: Statement = { name: 'find live session', text: selectLive('sessions.idle_until') }

/** The session with this `sid` and its user, if it is alive by the database's clock. */
export async function findLiveSession(
  { $prepared }: Pick<Database, '$prepared'>,
  sid: string,
): Promise<LiveSession | undefined> {
  const [row] = await $prepared<LiveRow>(find, [sid])
  return row && liveSessionOf(row)
}

/** The session and its user, of a row of `selectLive`. */
export function liveSessionOf({ userId, name, email, image, ...session }: LiveRow): LiveSession {
  return { ...session, user: { id: userId, name, email, image } }
}

/** Ends a session and its descendants. Returns the ids of the sessions that ended now. */
export function endSessionTree(db: Queries, sid: string): Promise<string[]> {
  return endSessionTrees(db, [sid])
}

/** Ends several sessions and their descendants. Returns the ids of the sessions that ended now. */
export async function endSessionTrees(db: Queries, sids: string[]): Promise<string[]> {
  const all: string[] = []
  // The statement does not see a child that is inserted while its parent ends. An ended parent gets no
  // further children, so the rounds stop as soon as one finds nothing.
  for (;;) {
    const ended = await db.$queryRaw<{ id: string }[]>`
      WITH RECURSIVE tree AS (
        SELECT id FROM sessions WHERE id = ANY(${sids}::uuid[])
        UNION
        SELECT child.id FROM sessions child JOIN tree ON child.parent_id = tree.id
      )
      UPDATE sessions SET ended_at = now() WHERE id IN (SELECT id FROM tree) AND ended_at IS NULL
      RETURNING id`
    if (ended.length === 0) return all
    all.push(...ended.map(({ id }) => id))
  }
}

const endOfUser: Statement = {
  name: 'end sessions of user',
  text: `
    UPDATE sessions SET ended_at = now()
    WHERE user_id = $1::uuid AND ${notEnded('sessions')}
    RETURNING id`,
}

/**
 * Ends all sessions of a person and spends their open nonces, which could start new ones. Returns the ids of
 * the sessions that ended now.
 */
export async function endSessionsOf(db: Queries, userId: string): Promise<string[]> {
  const all: string[] = []
  // As above: the next round finds a child that is inserted meanwhile.
  for (;;) {
    const ended = await within(db)<{ id: string }>(endOfUser, [userId])
    await db.$executeRaw`
      UPDATE nonces SET used_at = now() WHERE user_id = ${userId}::uuid AND used_at IS NULL`
    if (ended.length === 0) return all
    all.push(...ended.map(({ id }) => id))
  }
}

/**
 * Ends the session that stood in a browser where `successor` takes over. If the successor descends from it,
 * it ends alone, so that the token set and the other hand-offs go on; otherwise its descendants end with it.
 * Returns the ids of the sessions that ended now.
 */
export async function replaceSession(db: Queries, sid: string, successor: string): Promise<string[]> {
  const [row] = await db.$queryRaw<{ descends: boolean; ended: string | null }[]>`
    WITH RECURSIVE ancestors AS (
      SELECT parent_id FROM sessions WHERE id = ${successor}::uuid
      UNION
      SELECT parent.parent_id FROM sessions parent JOIN ancestors ON parent.id = ancestors.parent_id
    ), alone AS (
      UPDATE sessions SET ended_at = now()
      WHERE id = ${sid}::uuid AND ended_at IS NULL AND id IN (SELECT parent_id FROM ancestors)
      RETURNING id
    )
    SELECT EXISTS (SELECT FROM ancestors WHERE parent_id = ${sid}::uuid) AS descends,
           (SELECT id FROM alone) AS ended`
  // Another caller may have ended this ancestor already: its descendants go on all the same.
  if (row?.descends) return row.ended ? [row.ended] : []
  return endSessionTree(db, sid)
}

/** The user whose session this is or was, as long as its row exists. */
export async function findUserIdOf(db: Database, sid: string): Promise<string | undefined> {
  const row = await db.session.findUnique({ where: { id: sid }, select: { userId: true } })
  return row?.userId
}
