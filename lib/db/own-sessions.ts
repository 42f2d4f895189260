import { isAlive } from './alive.ts'
import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'
import { childrenOfTree, type LiveSession } from './sessions.ts'

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
    FROM tree CROSS JOIN LATERAL ${childrenOfTree} sessions ${withApp}
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

/** A grant of the OpenID Provider, and the session that it was given in. */
export type OwnGrant = { sid: string; hash: Uint8Array; sealed: string }

const grants: Statement = {
  name: 'grants of own sessions',
  text: `
    WITH RECURSIVE ${tree}
    SELECT tree.id AS sid, record.hash, record.sealed
    FROM tree JOIN oidc_records AS record
      ON record.model = 'Grant' AND record.owner_hash = sha256(convert_to(tree.id::text, 'UTF8'))
    WHERE lives AND (record.expires_at IS NULL OR record.expires_at > now())`,
}

/** What was granted in the living sessions within a reach, listed or not. */
export function findOwnGrants({ $prepared }: Prepared, { userId, within }: Reach): Promise<OwnGrant[]> {
  return $prepared<OwnGrant>(grants, [userId, within])
}

const find: Statement = {
  name: 'find own session',
  text: `
    WITH RECURSIVE line AS (
      SELECT sessions.id, sessions.parent_id FROM sessions ${withApp}
      WHERE sessions.id = $3::uuid AND sessions.user_id = $1::uuid AND ${lives}
      UNION
      SELECT parent.id, parent.parent_id
      FROM line CROSS JOIN LATERAL (SELECT * FROM sessions WHERE id = line.parent_id OFFSET 0) parent
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
    SELECT sessions.id FROM tree CROSS JOIN LATERAL ${childrenOfTree} sessions
  )`

/** Events of a person that a mark looks at. */
const newest = 30

const marks: Statement = {
  name: 'find marks of reaches',
  text: `
    WITH RECURSIVE reach AS (
      SELECT user_id, within FROM unnest($1::uuid[], $2::uuid[]) AS asked (user_id, within)
    ), tree AS (
      SELECT within AS root, within AS id FROM reach WHERE within IS NOT NULL
      UNION
      SELECT tree.root, sessions.id FROM tree CROSS JOIN LATERAL ${childrenOfTree} sessions
    )
    SELECT coalesce(within, reach.user_id) AS key,
           (SELECT count(*) || ' ' || coalesce(bit_xor(hashtext(sessions.id::text)), 0)
            FROM sessions ${withApp} WHERE sessions.user_id = reach.user_id AND ${lives}
              AND (within IS NULL OR (within, sessions.id) IN (SELECT root, id FROM tree))) || ' ' ||
           (SELECT coalesce(max(told.id), 0) || ' ' || coalesce(bit_xor(hashtext(told.id::text)), 0)
            FROM (SELECT id, source_session_id FROM audit_events WHERE user_id = reach.user_id
                  ORDER BY id DESC LIMIT ${newest}) AS told
            WHERE within IS NULL OR (within, source_session_id) IN (SELECT root, id FROM tree)) AS mark
    FROM reach`,
}

/** What a reach is known by: the person's `sub`, or the session that it is about. */
export function reachKey({ userId, within }: Reach): string {
  return within ?? userId
}

/**
 * For each of these reaches, by its key, a text that is another one once a session in it has begun or ended,
 * or the trail of a hand-off from it has gone on.
 */
export async function findMarks(
  { $prepared }: Prepared,
  reaches: readonly Reach[],
): Promise<Map<string, string>> {
  const people = reaches.map(({ userId }) => userId)
  const within = reaches.map((reach) => reach.within)
  const rows = await $prepared<{ key: string; mark: string }>(marks, [people, within])
  return new Map(rows.map(({ key, mark }) => [key, mark]))
}
