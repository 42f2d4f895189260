import type { Database } from './open.ts'
import { endSessionTrees } from './sessions.ts'

/** Milliseconds to wait for a connection, and for the transaction. */
const patience = { maxWait: 10_000, timeout: 10_000 }

export type UpstreamLogout = {
  /** SHA-256 of the token's issuer and `jti`. */
  hash: Buffer<ArrayBuffer>
  expiresAt: Date
  issuer: string
  subject: string | null
  sid: string | null
  /** The providers and the apps that the token was sent for. */
  providers: string[]
  clients: string[]
}

/**
 * Takes a logout token once, and ends what it names with all that came of it: both or neither, so that a provider that gets no answer can send
 * it again. By `sid` sessions of that name end, and those of the same person and client whose sign-in told no `sid`; by `subject` alone all of
 * that person's. Returns the ids of the sessions that ended now; `undefined` when the token came before.
 */
export function takeLogoutToken(db: Database, logout: UpstreamLogout): Promise<string[] | undefined> {
  const { hash, expiresAt, issuer, subject, sid, providers, clients } = logout
  return db.$transaction(async (tx) => {
    const isNew = await tx.$executeRaw`
      INSERT INTO logout_tokens (hash, expires_at) VALUES (${hash}, ${expiresAt}) ON CONFLICT DO NOTHING`
    if (isNew === 0) return undefined
    const roots = await tx.$queryRaw<{ id: string }[]>`
      SELECT sessions.id FROM sessions JOIN users ON users.id = user_id
      WHERE issuer = ${issuer} AND parent_id IS NULL AND expires_at > now()
        AND (${subject}::text IS NULL OR coalesce(upstream_subject, subject) = ${subject})
        AND (${sid}::text IS NULL OR upstream_sid = ${sid}
             OR upstream_sid IS NULL AND ${subject}::text IS NOT NULL
                AND (provider = ANY(${providers}::text[])
                     OR provider IS NULL AND client_id = ANY(${clients}::text[])))`
    // What an app has asked for and nobody has used yet would begin a session of the same person.
    await tx.$executeRaw`
      UPDATE nonces SET used_at = now() FROM users
      WHERE users.id = user_id AND issuer = ${issuer} AND subject = ${subject}
        AND used_at IS NULL AND source_session_id IS NULL
        AND (${sid}::text IS NULL OR source_client_id = ANY(${clients}::text[]))`
    return endSessionTrees(
      tx,
      roots.map(({ id }) => id),
    )
  }, patience)
}
