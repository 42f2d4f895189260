import type { Client } from 'pg'
import { cpuMicroseconds } from '../measure/process-usage.ts'

/** What PostgreSQL has counted until now. */
export type Counters = {
  at: number
  transactions: number
  rowsWritten: number
  walBytes: number
  walImages: number
  commitFlushes: number
  flushMilliseconds: number
}

const counters = `
  SELECT extract(epoch FROM clock_timestamp())::float AS at, xact_commit::float AS transactions,
         (tup_inserted + tup_updated + tup_deleted)::float AS "rowsWritten",
         (pg_current_wal_insert_lsn() - '0/0')::float AS "walBytes", wal_fpi::float AS "walImages",
         flushed.count AS "commitFlushes", flushed.time AS "flushMilliseconds"
  FROM pg_stat_database, pg_stat_wal,
       (SELECT coalesce(sum(fsyncs), 0)::float AS count, coalesce(sum(fsync_time), 0)::float AS time
        FROM pg_stat_io WHERE object = 'wal' AND backend_type = 'client backend') AS flushed
  WHERE datname = current_database()`

/** Reads the counters. Those of a connection arrive with its end at the latest, ten seconds after its use. */
export async function countersOf(admin: Client): Promise<Counters> {
  const { rows } = await admin.query<Counters>(counters)
  return rows[0] as Counters
}

/** Has PostgreSQL measure how long writes to the disk take. */
export async function timeFlushes(admin: Client): Promise<void> {
  await admin.query('ALTER SYSTEM SET track_wal_io_timing = on')
  await admin.query('SELECT pg_reload_conf()')
}

/** CPU time of each process of PostgreSQL but the one that asks, in microseconds. */
export async function postgresCpu(admin: Client): Promise<Map<number, number>> {
  const { rows } = await admin.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
  )
  return new Map(rows.map(({ pid }) => [pid, cpuMicroseconds([pid])]))
}

/** CPU time from one such look to another. */
export function between(before: Map<number, number>, after: Map<number, number>): number {
  return [...after].reduce((sum, [pid, cpu]) => sum + cpu - (before.get(pid) ?? 0), 0)
}

const sizes = `
  SELECT relname AS name, pg_total_relation_size(oid)::float AS bytes FROM pg_class
  WHERE relname IN ('sessions', 'nonces', 'audit_events', 'id_token_uses') AND relkind = 'r'`

/** Bytes of a row of the tables that grow by hand-offs, indexes included. */
export async function bytesPerRow(admin: Client): Promise<Record<string, number>> {
  await admin.query('VACUUM ANALYZE')
  const { rows } = await admin.query<{ name: string; bytes: number }>(sizes)
  const found: Record<string, number> = {}
  for (const { name, bytes } of rows) {
    const counted = await admin.query<{ rows: number }>(`SELECT count(*)::float AS rows FROM ${name}`)
    found[name] = Math.round(bytes / (counted.rows[0]?.rows ?? 1))
  }
  return found
}
