import type { Database } from './database.ts'

// Counts reach the statistics a second late otherwise.
const count = 'SELECT pg_stat_force_next_flush()'
// Counts do not outlive the process: a table that it has not vacuumed yet may have any number of dead rows.
// Where there are none, a vacuum is short. A clock that was set back makes a table due as well.
const due = `
  SELECT relid::regclass::text AS name, n_dead_tup::int AS rows FROM pg_stat_user_tables
  WHERE last_vacuum IS NULL OR n_dead_tup > 2000 + n_live_tup / 10
    OR (n_dead_tup > 0 AND last_vacuum NOT BETWEEN now() - interval '1 hour' AND now())
  ORDER BY n_dead_tup DESC`
// Four files of it. They are used again, and a start after a crash reads no more than that.
const logIsLong = `
  SELECT pg_current_wal_insert_lsn() - redo_lsn > 64 * 1024 * 1024 AS "isLong" FROM pg_control_checkpoint()`

/**
 * Does for the embedded database what PostgreSQL's own processes do: the space of rows that were removed or
 * changed is used again, and so is the write-ahead log. A table is due at once when many of its rows are
 * dead, otherwise once an hour. Each is a statement of its own; yields how many dead rows it had. Throws the
 * first error when all has been tried.
 */
export async function* vacuum({ $prepared }: Pick<Database, '$prepared'>): AsyncGenerator<number> {
  const run = <Row>(text: string) => $prepared<Row>({ name: '', text }, [])
  const errors: unknown[] = []
  await run(count)
  for (const { name, rows } of await run<{ name: string; rows: number }>(due)) {
    await run(`VACUUM ${name}`).catch((error) => errors.push(error))
    yield rows
  }
  const [log] = await run<{ isLong: boolean }>(logIsLong)
  if (log?.isLong) await run('CHECKPOINT')
  if (errors.length > 0) throw errors[0]
}
