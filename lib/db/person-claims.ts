import { notEnded } from './alive.ts'
import type { AuditEvent, Told } from './audit-events.ts'
import type { Database, Queries } from './database.ts'
import { openPageSeconds } from './nonces.ts'
import { runOn, type Statement } from './prepared.ts'
import { revokeNonces } from './revoked-nonces.ts'

/** Keeps what a provider said of a person, sealed. */
export async function keepClaims(db: Queries, userId: string, sealed: string): Promise<void> {
  await db.$executeRaw`UPDATE users SET claims = ${sealed} WHERE id = ${userId}::uuid`
}

/** The sealed claims of a person; `null` when none were kept. */
export async function findClaims(db: Queries, userId: string): Promise<string | null> {
  const [row] = await db.$queryRaw<{ claims: string | null }[]>`
    SELECT claims FROM users WHERE id = ${userId}::uuid`
  return row?.claims ?? null
}

/** The same, for a transaction that is about to keep others in their place: it waits for those before it. */
export async function lockClaims(tx: Queries, userId: string): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ claims: string | null }[]>`
    SELECT claims FROM users WHERE id = ${userId}::uuid FOR UPDATE`
  return row?.claims ?? null
}

/**
 * The person whose sign-in gave a token set: their user, what identifies them at the issuer, and the `sub`
 * that they have for that client. `undefined` once its session's row is gone.
 */
export async function findPersonOf(db: Queries, tokenSetId: string): Promise<PersonOfTokens | undefined> {
  const [row] = await db.$queryRaw<PersonOfTokens[]>`
    SELECT user_id AS "userId", subject AS "accountId", upstream_subject AS sub
    FROM sessions JOIN users ON users.id = user_id
    WHERE token_set_id = ${tokenSetId}::uuid AND parent_id IS NULL LIMIT 1`
  return row
}

type PersonOfTokens = { userId: string; accountId: string; sub: string | null }

const findUser: Statement = {
  name: 'find user',
  text: 'SELECT id FROM users WHERE issuer = $1 AND subject = $2',
}

/** The user with this issuer and subject, if there is one. */
export async function findUserId(
  queries: Parameters<typeof runOn>[0],
  { issuer, subject }: { issuer: string; subject: string },
): Promise<string | undefined> {
  const [row] = await runOn(queries)<{ id: string }>(findUser, [issuer, subject])
  return row?.id
}

/** A session that began by a sign-in, an ID token or its exchange, with whose it is. */
export type RootSession = {
  id: string
  userId: string
  issuer: string
  /** `null` where it began by an ID token. */
  provider: string | null
  claims: string | null
}

/** The open nonces that ID tokens asked for, of one person or (`null`) of all. */
export async function findSourcelessNonces(
  db: Queries,
  userId: string | null,
): Promise<(Omit<RootSession, 'id'> & { hash: Buffer<ArrayBuffer> })[]> {
  return db.$queryRaw`
    SELECT hash, user_id AS "userId", issuer, NULL AS provider, claims
    FROM nonces JOIN users ON users.id = user_id
    WHERE used_at IS NULL AND source_session_id IS NULL
      AND expires_at > now() - make_interval(secs => ${openPageSeconds})
      AND (${userId}::uuid IS NULL OR user_id = ${userId}::uuid)`
}

const spend = revokeNonces(
  'revoke nonces',
  `hash IN (SELECT decode(hash, 'hex') FROM unnest($1::text[]) AS asked (hash))`,
  `'not_allowed'`,
)

/** Spends nonces of people who are not let in any more; returns what that has added to the trails. */
export async function spendRefused(
  { $prepared }: Pick<Database, '$prepared'>,
  hashes: Buffer<ArrayBuffer>[],
): Promise<AuditEvent[]> {
  if (hashes.length === 0) return []
  const [row] = await $prepared<Told>(spend, [hashes.map((hash) => Buffer.from(hash).toString('hex'))])
  return row?.events ?? []
}

const first = '00000000-0000-0000-0000-000000000000'
const pageSize = 1000

/**
 * The living sessions that came of no other session, of one person or (`null`) of all, in pages of a
 * thousand.
 */
export async function* rootSessions(db: Database, userId: string | null): AsyncGenerator<RootSession[]> {
  for (let after = first; ; ) {
    const page = await db.$queryRawUnsafe<RootSession[]>(
      `SELECT sessions.id, user_id AS "userId", issuer, sessions.provider, claims
       FROM sessions JOIN users ON users.id = user_id
       WHERE sessions.id > $1::uuid AND ($2::uuid IS NULL OR user_id = $2::uuid) AND parent_id IS NULL
         AND ${notEnded('sessions')}
       ORDER BY sessions.id LIMIT ${pageSize}`,
      after,
      userId,
    )
    if (page.length > 0) yield page
    if (page.length < pageSize) return
    after = page.at(-1)?.id ?? after
  }
}
