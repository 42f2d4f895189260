import type { Rows } from './verdict.ts'

type Sql = <Row extends object>(statement: string, values?: unknown[]) => Promise<Row[]>

/** By table: what makes rows of before look as if 40 days had gone by. */
const passing: Record<string, string> = {
  nonces: `SET expires_at = expires_at - interval '40 days'`,
  device_requests: `SET expires_at = expires_at - interval '40 days'`,
  oidc_records: `SET expires_at = expires_at - interval '40 days'`,
  logout_tokens: `SET expires_at = expires_at - interval '40 days'`,
  id_token_uses: `SET expires_at = expires_at - interval '40 days'`,
  used_proofs: `SET expires_at = expires_at - interval '40 days'`,
  limit_counts: 'SET expire = expire - 86400000',
  sessions: `SET expires_at = expires_at - interval '40 days', ended_at = ended_at - interval '40 days',
    idle_until = idle_until - interval '40 days'`,
}

/** Lets 40 days go by in the database, for all that is stored now. */
export async function letTimePass(sql: Sql): Promise<void> {
  for (const [table, change] of Object.entries(passing)) await sql(`UPDATE ${table} ${change}`)
  // A trigger keeps events as they are.
  await sql('ALTER TABLE audit_events DISABLE TRIGGER audit_events_stay')
  await sql(`UPDATE audit_events SET at = at - interval '40 days'`)
  await sql('ALTER TABLE audit_events ENABLE TRIGGER audit_events_stay')
}

/** The rows of every table that Baton writes. */
export async function countRows(sql: Sql): Promise<Rows> {
  const tables = await sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
  )
  const rows: Rows = {}
  for (const { name } of tables) {
    const [counted] = await sql<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${name}`)
    rows[name] = counted?.rows ?? 0
  }
  return rows
}
