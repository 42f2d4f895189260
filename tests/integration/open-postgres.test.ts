import { expect, test } from 'vitest'
import { readMigrations } from '#lib/db/migrations.ts'
import { openDatabase } from '#lib/db/open.ts'
import { isAnswering } from '#lib/db/ready.ts'
import { schemaDrift } from '../../scripts/schema-drift.ts'
import { emptyPostgres, query } from '../support/databases.ts'

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
    const { db, applied, close } = await openDatabase({ url, dataDir: '' })
    expect(applied).toEqual(expected)
    expect(await isAnswering(db)).toBe(true)
    await close()
  }
})

test.each([2, 5])(
  '%i instances that open one empty database together apply every migration once, and all of them open',
  async (count) => {
    const url = await emptyPostgres()
    const opened = await Promise.all(Array.from({ length: count }, () => openDatabase({ url, dataDir: '' })))
    expect(opened.flatMap(({ applied }) => applied)).toEqual(all)
    for (const { db } of opened) expect(await isAnswering(db)).toBe(true)
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
