import { isAlive, notEnded } from './alive.ts'
import type { AuditEvent, Told } from './audit-events.ts'
import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'
import { revokeNonces } from './revoked-nonces.ts'

/** A living session for the operator. */
export type SessionRow = {
  sid: string
  kind: string
  sub: string
  name: string | null
  email: string | null
  provider: string | null
  /** The app that it came from, and the application that it is for; `null` for Baton itself. */
  clientId: string | null
  target: string | null
  /** The session that it was handed over from. */
  parent: string | null
  /** Browser, system and address, as JSON. */
  device: string | null
  startedAt: Date
  usedAt: Date
  expiresAt: Date
}

/** SQL: the session came from this client, or is for it alone. */
const ofClient = '(client_id = $2::text OR target = $2::text)'

const list: Statement = {
  name: 'list sessions',
  text: `
    SELECT sessions.id AS sid, sessions.kind, sessions.user_id AS sub, name, email, sessions.provider,
           sessions.client_id AS "clientId", sessions.target, sessions.parent_id AS parent, sessions.device,
           sessions.created_at AS "startedAt", sessions.used_at AS "usedAt",
           sessions.expires_at AS "expiresAt"
    FROM sessions JOIN users ON users.id = sessions.user_id
      LEFT JOIN sessions app ON app.id = sessions.idle_with
    WHERE ${isAlive('sessions')} AND (app.id IS NULL OR ${isAlive('app')})
      AND ($1::uuid IS NULL OR sessions.user_id = $1::uuid)
      AND ($2::text IS NULL OR sessions.client_id = $2::text OR sessions.target = $2::text)
    ORDER BY sessions.used_at DESC, sessions.id LIMIT $3::int`,
}

type Which = { person: string | null; client: string | null }

/** Living sessions, of one person or of one client where that is given, the last used first. */
export function listSessions(
  { $prepared }: Pick<Database, '$prepared'>,
  { person, client, limit }: Which & { limit: number },
): Promise<SessionRow[]> {
  return $prepared(list, [person, client, limit])
}

const some: Statement = {
  name: 'some sessions of client',
  text: `
    SELECT id FROM sessions WHERE ${notEnded('sessions')} AND ($2::text IS NULL OR ${ofClient})
    ORDER BY expires_at LIMIT $1::int`,
}

/** Some sessions that have not ended, of one client or (`null`) of all. */
export async function someSessions(
  { $prepared }: Pick<Database, '$prepared'>,
  client: string | null,
  limit: number,
): Promise<string[]> {
  const rows = await $prepared<{ id: string }>(some, [limit, client])
  return rows.map(({ id }) => id)
}

const exists: Statement = { name: 'session exists', text: 'SELECT id FROM sessions WHERE id = $1::uuid' }

/** Whether there is or was a session with this `sid`; rows are kept for a while. */
export async function isSession({ $prepared }: Pick<Database, '$prepared'>, sid: string): Promise<boolean> {
  return (await $prepared(exists, [sid])).length > 0
}

const spend = revokeNonces(
  'revoke nonces of client',
  '($1::text IS NULL OR source_client_id = $1::text OR target = $1::text)',
  `'operator'`,
)

/**
 * Spends the open nonces of one client or (`null`) all: each could start a session. Returns what that has
 * added to the trails.
 */
export async function spendNoncesOf(
  { $prepared }: Pick<Database, '$prepared'>,
  client: string | null,
): Promise<AuditEvent[]> {
  const [row] = await $prepared<Told>(spend, [client])
  return row?.events ?? []
}
