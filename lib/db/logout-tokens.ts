import type { Told } from './audit-events.ts'
import type { Database } from './database.ts'
import { inTransaction } from './in-transaction.ts'
import { within } from './prepared.ts'
import { revokeNonces } from './revoked-nonces.ts'
import { type Ended, endSessionTrees } from './sessions.ts'

const spendSourceless = revokeNonces(
  'revoke nonces of subject',
  `source_session_id IS NULL
      AND user_id IN (SELECT id FROM users WHERE issuer = $1::text AND subject = $2::text)
      AND ($3::text IS NULL OR source_client_id = ANY($4::text[]))`,
  `'provider'`,
)

export type UpstreamLogout = {
  /** SHA-256 of the token's issuer and `jti`. */
  hash: Buffer<ArrayBuffer>
  expiresAt: Date
  issuer: string
  subject: string | null
  sid: string | null
  /** The providers and the apps that the token is addressed to. */
  providers: string[]
  clients: string[]
}

/**
 * Accepts a logout token once and ends the sessions that it names, with their descendants: both or neither,
 * so that the provider can send it again if it gets no answer. Returns the sessions that ended
 * now; `undefined` for a token that came before. A `sid` names the sessions with that `sid`, and those of the
 * same person and client whose sign-in had none; a `subject` alone names all sessions of that person. OpenID
 * Connect Back-Channel Logout 1.0, 2.7.
 */
export function takeLogoutToken(db: Database, logout: UpstreamLogout): Promise<Ended | undefined> {
  const { hash, expiresAt, issuer, subject, sid, providers, clients } = logout
  return inTransaction(db, async (tx) => {
    const isNew = await tx.$executeRaw`
      INSERT INTO logout_tokens (hash, expires_at) VALUES (${hash}, ${expiresAt}) ON CONFLICT DO NOTHING`
    if (isNew === 0) return undefined
    // An ended root counts as well: hand-offs that started from it may be alive.
    const roots = await tx.$queryRaw<{ id: string }[]>`
      SELECT sessions.id FROM sessions JOIN users ON users.id = user_id
      WHERE issuer = ${issuer} AND parent_id IS NULL AND expires_at > now()
        AND (${subject}::text IS NULL OR coalesce(upstream_subject, subject) = ${subject})
        AND (${sid}::text IS NULL OR upstream_sid = ${sid}
             OR upstream_sid IS NULL AND ${subject}::text IS NOT NULL
                AND (provider = ANY(${providers}::text[])
                     OR provider IS NULL AND client_id = ANY(${clients}::text[])))`
    // A nonce that an app asked for and that is still unused would start a session of the same person.
    const [spent] = await within(tx)<Told>(spendSourceless, [issuer, subject, sid, clients])
    const sids = roots.map(({ id }) => id)
    const ended = await endSessionTrees(tx, sids, 'provider')
    return { ...ended, events: [...(spent?.events ?? []), ...ended.events] }
  })
}
