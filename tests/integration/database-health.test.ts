import { expect, onTestFinished, test, vi } from 'vitest'
import { isDatabaseAway } from '#lib/db/away.ts'
import { DatabaseHealth } from '#lib/db/health.ts'
import { keepTables } from '#lib/db/keep-tables.ts'
import { readMigrations } from '#lib/db/migrations.ts'
import { openDatabase } from '#lib/db/open.ts'
import { upsertUser } from '#lib/db/users.ts'
import { emptyPostgres, query } from '../support/databases.ts'
import { readableLog } from '../support/log.ts'

const all = (await readMigrations()).migrationDirectories.map(({ path }) => path)

async function opened() {
  const url = await emptyPostgres()
  const database = await openDatabase({ url, dataDir: '' })
  onTestFinished(database.close)
  const name = new URL(url).pathname.slice(1)
  return {
    ...database,
    sql: (statement: string) => query(url, statement),
    /** Changes a setting of the database, for new connections alone: the others are ended. */
    async set(setting: string) {
      const writable = `${url}?options=${encodeURIComponent('-c default_transaction_read_only=off')}`
      await query(writable, `ALTER DATABASE ${name} ${setting}`)
      await query(
        url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = '${name}' AND pid <> pg_backend_pid()`,
      )
    },
    newPerson: () => upsertUser(database.db, 'https://op.example.org', crypto.randomUUID(), {}),
  }
}

type Opened = Awaited<ReturnType<typeof opened>>

const faults: [what: string, lack: string, away: (on: Opened) => unknown, back: (on: Opened) => unknown][] = [
  [
    'that has no tables at all',
    'tables',
    ({ sql }) => sql('ALTER SCHEMA public RENAME TO elsewhere; CREATE SCHEMA public'),
    ({ sql }) => sql('DROP SCHEMA public; ALTER SCHEMA elsewhere RENAME TO public'),
  ],
  [
    'whose newest migration has not finished',
    'tables',
    ({ sql }) =>
      sql(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${all.at(-1)}'`),
    ({ sql }) => sql('UPDATE _prisma_migrations SET finished_at = now()'),
  ],
  [
    'that is read-only',
    'writes',
    ({ set }) => set('SET default_transaction_read_only = on'),
    ({ set }) => set('RESET default_transaction_read_only'),
  ],
]

test.for(faults)('a database %s lacks %s, and no more when it is back', async ([, lack, away, back]) => {
  const database = await opened()
  expect(await database.health.lack()).toBeUndefined()
  await away(database)
  await expect.poll(() => database.health.lack()).toBe(lack)
  await back(database)
  await expect.poll(() => database.health.lack()).toBeUndefined()
})

test('a database that a call has found full is full until a large write succeeds', async () => {
  const { health, sql, newPerson } = await opened()
  await sql(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$`)
  for (const [table, when] of [
    ['users', ''],
    // A row that fits in a page that is there needs no more room.
    ['write_probes', 'WHEN (length(NEW.filler) > 8000)'],
  ])
    await sql(`CREATE TRIGGER full_disk BEFORE INSERT ON ${table} FOR EACH ROW ${when}
      EXECUTE FUNCTION full_disk()`)
  expect(await health.lack()).toBeUndefined()
  const error = await newPerson().catch((thrown: unknown) => thrown)
  expect(isDatabaseAway(error)).toBe(true)
  await expect.poll(() => health.lack()).toBe('room')
  await sql('DROP TRIGGER full_disk ON users')
  expect(await newPerson()).toBeDefined()
  await expect.poll(() => health.lack()).toBe('room')
  await sql('DROP TRIGGER full_disk ON write_probes')
  await expect.poll(() => health.lack()).toBeUndefined()
  expect(await sql('SELECT filler FROM write_probes')).toEqual([{ filler: '' }])
})

test('parallel looks ask the database once', async () => {
  const { health, sql } = await opened()
  await Promise.all(Array.from({ length: 200 }, () => health.lack()))
  const [{ writes }] = (await sql(
    `SELECT n_tup_ins + n_tup_upd AS writes FROM pg_stat_user_tables WHERE relname = 'write_probes'`,
  )) as [{ writes: string }]
  expect(Number(writes)).toBeLessThanOrEqual(1)
})

test('a database that hangs is asked once, however long it is waited for', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const hanging = Promise.withResolvers<[]>()
  const ask = vi.fn(async () => []).mockReturnValueOnce(hanging.promise)
  const health = new DatabaseHealth(ask)
  const first = health.lack()
  expect(await first).toBe('answer')
  vi.advanceTimersByTime(60_000)
  expect(health.lack()).toBe(first)
  expect(ask).toHaveBeenCalledOnce()
  hanging.resolve([])
  // A database without a row for the newest migration.
  await expect.poll(() => health.lack()).toBe('tables')
  expect(ask).toHaveBeenCalledTimes(2)
})

test('a database that was restored without its tables gets them again after a while', async () => {
  const { health, migrate, db, applied, close, sql, newPerson } = await opened()
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const { log, text } = readableLog()
  const stop = keepTables({ health, migrate, db, applied, close }, log)
  onTestFinished(stop)
  await sql('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  // A backup that is being put in its place must not meet with new tables.
  await vi.advanceTimersByTimeAsync(5_000)
  await expect.poll(() => health.lack()).toBe('tables')
  expect(await sql('SELECT FROM pg_tables WHERE schemaname = current_schema()')).toEqual([])
  await expect
    .poll(async () => {
      await vi.advanceTimersByTimeAsync(5_000)
      return health.lack()
    })
    .toBeUndefined()
  await expect.poll(text).toContain(all.at(-1))
  expect(await newPerson()).toBeDefined()
})
