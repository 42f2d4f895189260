import type { Database, Queries } from './open.ts'
import type { User } from './users.ts'

export type SessionKind = 'browser' | 'handoff' | 'app'

export type NewSession = {
  id: string
  kind: SessionKind
  userId: string
  provider: string
  amr: string[]
  authTime: Date
  expiresAt: Date
  /** `sub` and `sid` of the ID token that it came of. */
  upstreamSubject: string | null
  upstreamSid: string | null
}

export type LiveSession = {
  id: string
  kind: SessionKind
  provider: string | null
  /** The app that it came from. */
  clientId: string | null
  /** The client of the OpenID Provider that alone is answered in it; `null` for Baton itself. */
  target: string | null
  amr: string[]
  authTime: Date
  createdAt: Date
  expiresAt: Date
  /** Of an app: until when it lives without being used. */
  idleUntil: Date | null
  tokenSetId: string | null
  tokenSetError: string | null
  user: User
}

/** Writes a session and the sealed token set that it owns, both or neither. */
export async function insertSession(
  db: Database,
  session: NewSession,
  tokenSet: { id: string; sealed: string },
): Promise<void> {
  await db.session.create({
    data: {
      id: session.id,
      kind: session.kind,
      provider: session.provider,
      amr: session.amr,
      authTime: session.authTime,
      expiresAt: session.expiresAt,
      upstreamSubject: session.upstreamSubject,
      upstreamSid: session.upstreamSid,
      user: { connect: { id: session.userId } },
      tokenSet: { create: { id: tokenSet.id, provider: session.provider, sealed: tokenSet.sealed } },
    },
  })
}

/** The session with this `sid` if it is neither ended nor expired, with its user. */
export async function findLiveSession(db: Database, sid: string): Promise<LiveSession | undefined> {
  const row = await db.session.findFirst({
    where: {
      id: sid,
      endedAt: null,
      expiresAt: { gt: new Date() },
      OR: [{ idleUntil: null }, { idleUntil: { gt: new Date() } }],
    },
    include: { user: true, tokenSet: { select: { error: true } } },
  })
  if (!row) return undefined
  const { tokenSet, ...session } = row
  return { ...session, kind: row.kind as SessionKind, tokenSetError: tokenSet?.error ?? null }
}

/** Ends a session and every hand-off descendant of it. Returns the ids of those that ended now. */
export function endSessionTree(db: Queries, sid: string): Promise<string[]> {
  return endSessionTrees(db, [sid])
}

/** The same for several sessions. */
export async function endSessionTrees(db: Queries, sids: string[]): Promise<string[]> {
  const all: string[] = []
  // A child that is being born while its parent ends is missing from that statement's view of the tree. Once
  // the parent has ended no further child comes of it, so the rounds end as soon as one finds nothing.
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

/** Ends all sessions of a person, and what nonces they could still be continued by. Returns the ids of those that ended now. */
export async function endSessionsOf(db: Queries, userId: string): Promise<string[]> {
  const all: string[] = []
  // As above: a child that is being born meanwhile is found by the next round.
  for (;;) {
    const ended = await db.$queryRaw<{ id: string }[]>`
      UPDATE sessions SET ended_at = now()
      WHERE user_id = ${userId}::uuid AND ended_at IS NULL AND expires_at > now()
      RETURNING id`
    await db.$executeRaw`
      UPDATE nonces SET used_at = now() WHERE user_id = ${userId}::uuid AND used_at IS NULL`
    if (ended.length === 0) return all
    all.push(...ended.map(({ id }) => id))
  }
}

/**
 * Ends the session that stood in a browser where `successor` takes over. When the successor descends from it, it
 * ends alone, so that the token set and the other hand-offs go on; else with all that came of it. Returns the ids of
 * those that ended now.
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
  // An ancestor that somebody else has ended meanwhile is no reason to end what came of it.
  if (row?.descends) return row.ended ? [row.ended] : []
  return endSessionTree(db, sid)
}

/** Whose session it is or was, while its row is there. */
export async function findUserIdOf(db: Database, sid: string): Promise<string | undefined> {
  const row = await db.session.findUnique({ where: { id: sid }, select: { userId: true } })
  return row?.userId
}
