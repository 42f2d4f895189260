import { isAlive } from './alive.ts'
import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'
import type { LiveSession } from './sessions.ts'

type Prepared = Pick<Database, '$prepared'>

/** Whose sessions a query is about: all of a person, or those of one session and what came of it. */
export type Reach = { userId: string; within: string | null }

/** Sessions that a list has at most. */
export const mostListed = 200

/** A living session in a list. */
export type ListedSession = Pick<
  LiveSession,
  'id' | 'kind' | 'provider' | 'clientId' | 'target' | 'createdAt' | 'expiresAt' | 'usedAt'
> & {
  /** The nearest living session that it came of. */
  parentId: string | null
  /** Browser, system and address of who began it, as text. */
  device: string | null
}

// The session in `sessions`, or the app that it is as idle as, may have been idle for too long.
const lives = `(${isAlive('sessions')} AND (app.id IS NULL OR ${isAlive('app')}))`
const columns = `sessions.*, ${lives} AS lives`
const withApp = 'LEFT JOIN sessions app ON app.id = sessions.idle_with'

/**
 * SQL of `tree`: the sessions within a reach (`$1`, `$2`). Ended ones are among them, because a session may
 * live on after the one that it came of: then it stands `under` the nearest one that is alive.
 */
const tree = `
  tree AS (
    SELECT ${columns}, NULL::uuid AS under FROM sessions ${withApp}
    WHERE sessions.user_id = $1::uuid
      AND CASE WHEN $2::uuid IS NULL THEN sessions.parent_id IS NULL ELSE sessions.id = $2::uuid END
    UNION ALL
    SELECT ${columns}, CASE WHEN tree.lives THEN tree.id ELSE tree.under END
    FROM tree JOIN sessions ON sessions.parent_id = tree.id ${withApp}
  )`

const list: Statement = {
  name: 'list own sessions',
  text: `
    WITH RECURSIVE ${tree}
    SELECT id, kind, provider, client_id AS "clientId", target, under AS "parentId", device,
           created_at AS "createdAt", expires_at AS "expiresAt", used_at AS "usedAt"
    FROM tree WHERE lives ORDER BY id = $3::uuid DESC, used_at DESC, id LIMIT ${mostListed}`,
}

/** The living sessions within a reach: `first`, then those that were used last. At most two hundred. */
export function listSessions(
  { $prepared }: Prepared,
  { userId, within }: Reach,
  first: string,
): Promise<ListedSession[]> {
  return $prepared<ListedSession>(list, [userId, within, first])
}

const find: Statement = {
  name: 'find own session',
  text: `
    WITH RECURSIVE line AS (
      SELECT sessions.id, sessions.parent_id FROM sessions ${withApp}
      WHERE sessions.id = $3::uuid AND sessions.user_id = $1::uuid AND ${lives}
      UNION
      SELECT parent.id, parent.parent_id FROM sessions parent JOIN line ON parent.id = line.parent_id
    )
    SELECT EXISTS (SELECT FROM line WHERE $2::uuid IS NULL OR id = $2::uuid) AS found`,
}

/** Whether a session is alive and within a reach. */
export async function isWithin(
  { $prepared }: Prepared,
  { userId, within }: Reach,
  sid: string,
): Promise<boolean> {
  const [row] = await $prepared<{ found: boolean }>(find, [userId, within, sid])
  return row?.found === true
}

/** SQL of the ids of sessions within the reach of `$2`, a session; empty without one. */
export const idsWithin = `
  tree AS (
    SELECT id FROM sessions WHERE id = $2::uuid AND user_id = $1::uuid
    UNION
    SELECT sessions.id FROM sessions JOIN tree ON sessions.parent_id = tree.id
  )`

/** Events of a person that a mark looks at. */
const newest = 30

const marks: Statement = {
  name: 'find marks of people',
  text: `
    SELECT person.id,
           (SELECT count(*) || ' ' || coalesce(bit_xor(hashtext(sessions.id::text)), 0)
            FROM sessions ${withApp} WHERE sessions.user_id = person.id AND ${lives}) || ' ' ||
           (SELECT coalesce(max(told.id), 0) || ' ' || coalesce(bit_xor(hashtext(told.id::text)), 0)
            FROM (SELECT id FROM audit_events WHERE user_id = person.id
                  ORDER BY id DESC LIMIT ${newest}) AS told) AS mark
    FROM unnest($1::uuid[]) AS person (id)`,
}

/**
 * For each of these people a text that is another one once a session of theirs has begun or ended, or the
 * trail of one of their hand-offs has gone on.
 */
export async function findMarks(
  { $prepared }: Prepared,
  userIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await $prepared<{ id: string; mark: string }>(marks, [userIds])
  return new Map(rows.map(({ id, mark }) => [id, mark]))
}
