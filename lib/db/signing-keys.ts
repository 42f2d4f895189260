import type { Database } from './database.ts'
import { inTransaction } from './in-transaction.ts'

type StoredSigningKey = { kid: string; alg: string; sealed: string; signsFrom: Date }

/**
 * Seconds for which a key is still published after a newer key of its algorithm signs: as long as
 * applications may use an ID token as a hint.
 */
const overlap = 30 * 24 * 3600

/** All published keys, newest first; `signs` is true for the key that signs for its algorithm. */
export async function findSigningKeys(db: Database): Promise<(StoredSigningKey & { signs: boolean })[]> {
  return db.$queryRaw`
    WITH dated AS (
      SELECT kid, alg, sealed, signs_from,
             min(signs_from) OVER newer AS replaced_at,
             max(signs_from) FILTER (WHERE signs_from <= now()) OVER (PARTITION BY alg) AS current_from
      FROM signing_keys
      WINDOW newer AS (PARTITION BY alg ORDER BY signs_from
                       ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    )
    SELECT kid, alg, sealed, signs_from AS "signsFrom", coalesce(signs_from = current_from, false) AS signs
    FROM dated
    WHERE replaced_at IS NULL OR replaced_at + make_interval(secs => ${overlap}) > now()
    ORDER BY signs_from DESC, kid`
}

/** Writes the first keys: of any number of instances that start together exactly one does. */
export function insertFirstSigningKeys(
  db: Database,
  make: () => Promise<Omit<StoredSigningKey, 'signsFrom'>[]>,
): Promise<void> {
  return inTransaction(db, async (tx) => {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('baton signing keys'))::text`
    const [row] = await tx.$queryRaw<{ keys: number }[]>`SELECT count(*)::int AS keys FROM signing_keys`
    if (row?.keys !== 0) return
    for (const { kid, alg, sealed } of await make())
      await tx.$executeRaw`INSERT INTO signing_keys (kid, alg, sealed) VALUES (${kid}, ${alg}, ${sealed})`
  })
}

/** All keys as they are stored, those included that are no longer published. */
export async function findStoredSigningKeys(db: Database): Promise<{ kid: string; sealed: string }[]> {
  return db.$queryRaw`SELECT kid, sealed FROM signing_keys ORDER BY kid`
}

/** Removes a key, unless the row has changed since it was read. */
export async function deleteSigningKey(
  db: Database,
  { kid, sealed }: { kid: string; sealed: string },
): Promise<void> {
  await db.$executeRaw`DELETE FROM signing_keys WHERE kid = ${kid} AND sealed = ${sealed}`
}

/**
 * Writes a key that signs after `seconds`, when all verifiers have had time to fetch it; at once where it is
 * the only key of its algorithm.
 */
export async function insertSigningKey(
  db: Database,
  { kid, alg, sealed }: Omit<StoredSigningKey, 'signsFrom'>,
  seconds: number,
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO signing_keys (kid, alg, sealed, signs_from)
    SELECT ${kid}, ${alg}, ${sealed},
           now() + make_interval(secs => CASE WHEN count(*) = 0 THEN 0 ELSE ${seconds}::int END)
    FROM signing_keys WHERE alg = ${alg}`
}

/** Replaces a sealed key by the same key sealed again, unless the row has changed since it was read. */
export async function resealSigningKey(
  db: Database,
  kid: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await db.$executeRaw`UPDATE signing_keys SET sealed = ${to} WHERE kid = ${kid} AND sealed = ${from}`
}
