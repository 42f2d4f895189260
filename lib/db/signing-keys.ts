import type { Database } from './open.ts'

export type StoredSigningKey = { kid: string; alg: string; sealed: string; signsFrom: Date }

/** Seconds that a key is still published after a newer one of its algorithm signs: as long as applications may keep an ID token as a hint. */
const overlap = 30 * 24 * 3600

/** Every key that is published now, the newest first; `signs` tells whether it is the one that signs for its algorithm. */
export async function findSigningKeys(db: Database): Promise<(StoredSigningKey & { signs: boolean })[]> {
  return db.$queryRaw`
    WITH dated AS (
      SELECT kid, alg, sealed, signs_from,
             min(signs_from) OVER newer AS replaced_at,
             max(signs_from) FILTER (WHERE signs_from <= now()) OVER (PARTITION BY alg) AS current_from
      FROM signing_keys
      WINDOW newer AS (PARTITION BY alg ORDER BY signs_from ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    )
    SELECT kid, alg, sealed, signs_from AS "signsFrom", coalesce(signs_from = current_from, false) AS signs
    FROM dated
    WHERE replaced_at IS NULL OR replaced_at + make_interval(secs => ${overlap}) > now()
    ORDER BY signs_from DESC, kid`
}

/** Writes the first keys, unless another instance has: of any number of instances that start together one does. */
export function insertFirstSigningKeys(
  db: Database,
  make: () => Promise<Omit<StoredSigningKey, 'signsFrom'>[]>,
): Promise<void> {
  return db.$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('baton signing keys'))::text`
      const [row] = await tx.$queryRaw<{ keys: number }[]>`SELECT count(*)::int AS keys FROM signing_keys`
      if (row?.keys !== 0) return
      for (const { kid, alg, sealed } of await make())
        await tx.$executeRaw`INSERT INTO signing_keys (kid, alg, sealed) VALUES (${kid}, ${alg}, ${sealed})`
    },
    { maxWait: 10_000, timeout: 10_000 },
  )
}

/** Writes a key that signs in so many seconds, when whoever checks signatures has had time to learn of it. */
export async function insertSigningKey(
  db: Database,
  { kid, alg, sealed }: Omit<StoredSigningKey, 'signsFrom'>,
  seconds: number,
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO signing_keys (kid, alg, sealed, signs_from)
    VALUES (${kid}, ${alg}, ${sealed}, now() + make_interval(secs => ${seconds}))`
}

/** Puts the same key, sealed anew, in the place of what it was opened from. */
export async function resealSigningKey(
  db: Database,
  kid: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await db.$executeRaw`UPDATE signing_keys SET sealed = ${to} WHERE kid = ${kid} AND sealed = ${from}`
}
