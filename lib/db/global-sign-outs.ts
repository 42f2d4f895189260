import type { Database, Queries } from './database.ts'
import { inTransaction } from './in-transaction.ts'
import { type Ended, endSessionsOf, nothingEnded } from './sessions.ts'
import { endUnusedTokenSets } from './token-sets.ts'

/**
 * Keeps a person from being signed out everywhere until the transaction ends; `false` when that has happened
 * at `provenAt` or later.
 */
export async function holdSignedIn(tx: Queries, userId: string, provenAt: Date): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM users
    WHERE id = ${userId}::uuid AND (signed_out_at IS NULL OR signed_out_at < ${provenAt})
    FOR SHARE`
  return rows.length === 1
}

/** Whether a person was signed out everywhere at `provenAt` or later. */
export async function isSignedOutSince(
  db: Queries,
  { issuer, subject }: { issuer: string; subject: string },
  provenAt: Date,
): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM users WHERE issuer = ${issuer} AND subject = ${subject} AND signed_out_at >= ${provenAt}`
  return rows.length === 1
}

/** The time by the database's clock. */
export async function databaseTime(db: Queries): Promise<Date> {
  const [row] = await db.$queryRaw<{ now: Date }[]>`SELECT now()`
  return (row as { now: Date }).now
}

/** The JWT of a call that signs people out, which works once. */
type OperatorToken = {
  /** SHA-256 of what names it. */
  hash: Buffer<ArrayBuffer>
  expiresAt: Date
}

/**
 * Takes an operator's JWT once, and ends all that the people have here whom `find` returns: sessions, nonces
 * and token sets, and what proved their sign-ins until now. All of it or nothing, so that a call that failed
 * can be repeated. Returns these people, and the sessions that ended now; `undefined` for a JWT
 * that was taken before.
 */
export function signOutPeople(
  db: Database,
  { hash, expiresAt }: OperatorToken,
  find: (tx: Queries) => Promise<string[]>,
): Promise<{ people: string[]; ended: Ended } | undefined> {
  return inTransaction(db, async (tx) => {
    const isNew = await tx.$executeRaw`
      INSERT INTO logout_tokens (hash, expires_at) VALUES (${hash}, ${expiresAt}) ON CONFLICT DO NOTHING`
    if (isNew === 0) return undefined
    const userIds = await find(tx)
    if (userIds.length === 0) return { people: [], ended: nothingEnded }
    // Before anything else of theirs: what a proof of before is about to start is either seen below, or finds
    // the time that is written here. In order, as another operator may name the same people.
    await tx.$queryRaw`
      SELECT id FROM users WHERE id = ANY(${userIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`
    await tx.$executeRaw`
      UPDATE users SET signed_out_at = greatest(signed_out_at, clock_timestamp())
      WHERE id = ANY(${userIds}::uuid[])`
    const ended: Ended = { sids: [], events: [] }
    for (const userId of userIds) {
      const { sids, events } = await endSessionsOf(tx, userId, 'operator')
      ended.sids.push(...sids)
      ended.events.push(...events)
    }
    await endUnusedTokenSets(tx, ended.sids, { revoke: true })
    return { people: userIds, ended }
  })
}

/** A person with this e-mail address, verified or not, and what their issuer said of them, sealed. */
type Addressee = { id: string; email: string; claims: string | null }

/** The people of these issuers whose address this was at last, without regard to case. */
export function findByEmail(db: Queries, email: string, issuers: string[]): Promise<Addressee[]> {
  return db.$queryRaw`
    SELECT id, email, claims FROM users
    WHERE email IS NOT NULL AND lower(email) = lower(${email}) AND issuer = ANY(${issuers}::text[])`
}
