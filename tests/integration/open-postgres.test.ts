import { expect, onTestFinished, test } from 'vitest'
import { readMigrations } from '#lib/db/migrations.ts'
import { openDatabase } from '#lib/db/open.ts'
import { schemaDrift } from '../../scripts/schema-drift.ts'
import { emptyPostgres, query } from '../support/databases.ts'
import { startOwnPostgres } from '../support/servers/own-postgres.ts'

const all = (await readMigrations()).migrationDirectories.map(({ path }) => path)

const recorded = (url: string) =>
  query<{ name: string; finished: boolean }>(
    url,
    'SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM _prisma_migrations ORDER BY 1',
  )

test('there are migrations to apply', () => {
  expect(all.length).toBeGreaterThan(0)
})

test('the first opening applies every migration and the second none', async () => {
  const url = await emptyPostgres()
  for (const expected of [all, []]) {
    const { health, applied, close } = await openDatabase({ url, dataDir: '' })
    expect(applied).toEqual(expected)
    expect(await health.lack()).toBeUndefined()
    await close()
  }
})

test.each([2, 5])(
  '%i instances that open one empty database together apply every migration once, and all of them open',
  async (count) => {
    const url = await emptyPostgres()
    const opened = await Promise.all(Array.from({ length: count }, () => openDatabase({ url, dataDir: '' })))
    expect(opened.flatMap(({ applied }) => applied)).toEqual(all)
    for (const { health } of opened) expect(await health.lack()).toBeUndefined()
    expect(await recorded(url)).toEqual(all.map((name) => ({ name, finished: true })))
    await Promise.all(opened.map(({ close }) => close()))
  },
)

test('a lock left by a killed connection hinders nobody', async () => {
  const url = await emptyPostgres()
  await query(url, "SELECT pg_advisory_lock(hashtext('baton migrations'))")
  const { close } = await openDatabase({ url, dataDir: '' })
  await close()
  expect((await recorded(url)).map(({ name }) => name)).toEqual(all)
})

test('no connection reads a whole table where an index would do', async () => {
  const { db, close } = await openDatabase({ url: await emptyPostgres(), dataDir: '' })
  const settings = await Promise.all(
    Array.from(
      { length: 20 },
      () => db.$queryRaw`SELECT current_setting('enable_seqscan') AS scans, pg_sleep(0.01)::text`,
    ),
  )
  expect(settings.flat()).toEqual(settings.map(() => ({ scans: 'off', pg_sleep: '' })))
  await close()
})

test('prisma/schema.prisma and the migrations agree (else: `npm run db:migration`)', async () => {
  expect(await schemaDrift()).toBe('')
})

test.each([
  ['of another application', 'CREATE TABLE invoices (id int)'],
  [
    'of another application that uses Prisma',
    `CREATE TABLE _prisma_migrations AS SELECT 'x' AS id, 'y' AS migration_name, now() AS finished_at,
      NULL::timestamptz AS rolled_back_at`,
  ],
])(
  'a database with tables %s is refused in words that say what to do, and stays as it is',
  async (_, sql) => {
    const url = await emptyPostgres()
    await query(url, sql)
    const tables = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
    const before = await query(url, tables)
    await expect(openDatabase({ url, dataDir: '' })).rejects.toThrow(
      /tables of another application.*CREATE DATABASE/,
    )
    expect(await query(url, tables)).toEqual(before)
  },
)

test('a migration that did not finish is named, with what to do and no way to other products', async () => {
  const url = await emptyPostgres()
  await (await openDatabase({ url, dataDir: '' })).close()
  await query(url, `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${all.at(-1)}'`)
  const error: Error = await openDatabase({ url, dataDir: '' }).catch((thrown) => thrown)
  expect(error.message).toContain(all.at(-1))
  expect(error.message).toContain('Put a backup')
  expect(error.message).not.toMatch(/https?:/)
})

test('a migration that fails leaves nothing of itself, and is applied once the cause is gone', async () => {
  const url = await emptyPostgres()
  const opened = () => openDatabase({ url, dataDir: '' })
  await (await opened()).close()
  const last = '20261128020000_indexes_with_a_key'
  const undone = all.filter((name) => name >= last)
  await query(url, 'DELETE FROM _prisma_migrations WHERE migration_name >= $1', [last])
  await query(url, 'DROP TABLE device_requests, used_proofs')
  await query(url, 'ALTER TABLE sessions DROP COLUMN dpop_jkt')
  const indexOf = () => query(url, `SELECT 'sessions_idle_due_idx'::regclass::oid AS oid`)
  const before = await indexOf()
  // Its last statement finds its index there; the first has dropped another one by then.
  const error: Error = await opened().catch((thrown) => thrown)
  expect(error.message).toContain('sessions_app_user_id_idx')
  expect(await indexOf()).toEqual(before)
  const rows = await query(url, 'SELECT FROM _prisma_migrations WHERE migration_name >= $1', [last])
  expect(rows).toEqual([])
  await query(url, 'DROP INDEX sessions_app_user_id_idx')
  const { applied, close } = await opened()
  expect(applied).toEqual(undone)
  await close()
})

test('a server that comes up later is waited for, with a line', async () => {
  const postgres = await startOwnPostgres()
  onTestFinished(postgres.close)
  await postgres.stop()
  const said: string[] = []
  const opening = openDatabase({ url: postgres.url, dataDir: '' }, { tell: (message) => said.push(message) })
  await expect.poll(() => said).toEqual([expect.stringContaining('waiting for the database at 127.0.0.1:')])
  await postgres.start()
  const { applied, close } = await opening
  expect(applied).toEqual(all)
  await close()
})

test('wrong credentials and a database that is not there are not waited for', async () => {
  const postgres = await startOwnPostgres()
  onTestFinished(postgres.close)
  const wrong = new URL(postgres.url)
  wrong.password = 'wrong'
  await expect(openDatabase({ url: wrong.href, dataDir: '' })).rejects.toThrow(/cannot be reached/)
  const missing = new URL('/missing', postgres.url)
  await expect(openDatabase({ url: missing.href, dataDir: '' })).rejects.toThrow(
    /no database missing .*create it/,
  )
})

test('sslmode=require encrypts as hosters write it, with a warning, and verify-full checks', async () => {
  const postgres = await startOwnPostgres({ tls: true })
  onTestFinished(postgres.close)
  const said: string[] = []
  const at = (query: string) =>
    openDatabase(
      { url: `${postgres.url}?${query}`, dataDir: '' },
      { patience: 0, tell: (line) => said.push(line) },
    )
  const { db, close } = await at('sslmode=require')
  const ssl = await db.$queryRaw`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
  expect(ssl).toEqual([{ ssl: true }])
  await close()
  expect(said).toEqual([expect.stringContaining('sslmode=verify-full')])
  await (await at('sslmode=no-verify')).close()
  expect(said.length).toBe(2)
  await expect(at('sslmode=verify-full')).rejects.toThrow(/certificate.*sslmode=require to take any/)
  const verified = await at(`sslmode=verify-full&sslrootcert=${encodeURIComponent(postgres.certificatePath)}`)
  expect(await verified.db.$queryRaw`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`).toEqual(ssl)
  await verified.close()
  expect(said.length).toBe(2)
})
