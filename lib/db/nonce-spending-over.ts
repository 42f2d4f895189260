import { notEnded } from './alive.ts'
import type { Database, Queries } from './database.ts'
import {
  fromSpent,
  type NonceClaim,
  type SpentNonce,
  type SpentRow,
  spending,
  spentColumns,
  spentOf,
  valuesOf,
} from './nonce-spending.ts'
import type { Statement } from './prepared.ts'
import {
  childrenOfTree,
  type Ended,
  type EndedRow,
  endedOf,
  endedRows,
  ending,
  endSessionTrees,
  nothingEnded,
} from './sessions.ts'

// Every transaction locks both rows in the same order: two that share them would otherwise deadlock. A child
// that another one inserts meanwhile is seen by the next statement.
const lock: Statement = {
  name: 'lock sessions of hand-off',
  text: `
    SELECT id FROM sessions
    WHERE id = $2::uuid OR id = (SELECT source_session_id FROM nonces WHERE hash = $1)
    ORDER BY id FOR UPDATE`,
}

const standing = '$12::uuid'

// If the new session descends from the one that stands, that ends alone, so that the token set and the other
// hand-offs go on; otherwise its descendants end with it. The parts of a statement do not see what the others
// change: neither the child as a user of its token set, nor that the nonce is spent.
const spendOver: Statement = {
  name: 'spend nonce over session',
  text: `
    WITH RECURSIVE ${spending}, ancestors AS (
      SELECT source_session_id AS id FROM claimed
      UNION
      SELECT (SELECT parent_id FROM sessions parent WHERE parent.id = ancestors.id) FROM ancestors
      WHERE ancestors.id IS NOT NULL
    ), tree AS (
      SELECT ${standing} AS id FROM claimed
      UNION
      SELECT descendant.id FROM tree CROSS JOIN LATERAL ${childrenOfTree} descendant
      WHERE NOT EXISTS (SELECT FROM ancestors WHERE ancestors.id = ${standing})
    ), ${ending('id = ANY(ARRAY(SELECT id FROM tree)) AND ended_at IS NULL', `'replaced'`, 'hash <> $1')},
    unused AS (
      UPDATE token_sets
      SET ended_at = now(), failures = 0, retry_at = NULL,
          revokes = (SELECT user_id FROM sessions WHERE id = ${standing}) <> (SELECT user_id FROM claimed)
      WHERE ended_at IS NULL AND id IN (SELECT token_set_id FROM ended)
        AND id IS DISTINCT FROM (SELECT token_set_id FROM child)
        AND NOT EXISTS (SELECT FROM sessions WHERE token_set_id = token_sets.id AND ${notEnded('sessions')}
                          AND sessions.id NOT IN (SELECT id FROM ended))
      RETURNING id
    )
    SELECT ${spentColumns}, (SELECT coalesce(json_agg(row), '[]') FROM (${endedRows}) AS row) AS ended,
           ARRAY(SELECT id FROM unused) AS "tokenSets"
    ${fromSpent}`,
}

type Over = {
  spent: SpentNonce
  /** The sessions that have made way. */
  ended: Ended
  /** The token sets that only these used, which have ended as well. Some are to be revoked. */
  tokenSets: string[]
}

/**
 * Spends a nonce and ends the session that stood in the browser, with its token set where no other session
 * uses that: all or nothing, in one flight. `undefined` as for `spendNonce`. The token set is to be revoked
 * at the provider only where the two sessions are of different people: some providers end all sign-ins of a
 * person when one of them is revoked.
 */
export async function spendNonceOver(
  db: Queries & Pick<Database, '$together'>,
  claim: NonceClaim,
  standingSid: string,
): Promise<Over | undefined> {
  const [row] = await db.$together<SpentRow & { ended: EndedRow[]; tokenSets: string[] }>([
    [lock, [claim.hash, standingSid]],
    [spendOver, [...valuesOf(claim), standingSid]],
  ])
  if (!row) return undefined
  const { ended, tokenSets, ...spent } = row
  const all = endedOf(ended)
  // A hand-off from one of the descendants may have begun another one meanwhile, which the statement does not
  // see: it ends with its ancestors.
  const later = all.sids.length > 1 ? await endSessionTrees(db, all.sids, 'replaced') : nothingEnded
  return { spent: spentOf(spent), ended: both(all, later), tokenSets }
}

function both(one: Ended, other: Ended): Ended {
  return { sids: [...one.sids, ...other.sids], events: [...one.events, ...other.events] }
}
