import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import { openDatabase } from '#lib/db/open.ts'
import { sweep } from '#lib/db/sweep.ts'
import { vacuum } from '#lib/db/vacuum.ts'
import { migratedDataDir } from '../support/databases.ts'
import { manyNonces, manySessions } from '../support/many-rows.ts'
import { total } from '../support/total.ts'

type Table = 'nonces' | 'sessions' | 'token_sets'

async function opened(): Promise<{ db: Database; dataDir: string }> {
  const { dataDir, remove } = await migratedDataDir()
  onTestFinished(remove)
  const { db, close } = await openDatabase({ dataDir })
  onTestFinished(close)
  return { db, dataDir }
}

async function bytesOf(db: Database, tables: Table[]): Promise<number> {
  const [row] = await db.$queryRaw<{ bytes: number }[]>`
    SELECT sum(pg_total_relation_size(relid))::int AS bytes FROM pg_stat_user_tables
    WHERE relname = ANY(${tables})`
  return row?.bytes ?? 0
}

/** The size of tables after the third and after the sixth round of some work and a vacuum. */
async function sizesOver(db: Database, tables: Table[], work: () => Promise<unknown>) {
  const sizes: number[] = []
  for (let round = 0; round < 6; round++) {
    await work()
    await total(vacuum(db))
    sizes.push(await bytesOf(db, tables))
  }
  return { third: sizes[2] ?? Number.NaN, sixth: sizes[5] ?? Number.NaN }
}

test('tables that are filled and swept again and again do not grow', async () => {
  const { db } = await opened()
  const { third, sixth } = await sizesOver(db, ['nonces', 'sessions'], async () => {
    await manyNonces(db, 3000, `now() - interval '1 hour'`)
    await manySessions(db, 3000, { ended: `now() - interval '2 days'` })
    expect(await total(sweep(db, 90))).toBeGreaterThanOrEqual(6000)
  })
  expect(sixth).toBeLessThan(third * 1.1)
})

test('rows that are changed again and again do not make their tables grow', async () => {
  const { db } = await opened()
  await manySessions(db, 3000)
  const { third, sixth } = await sizesOver(db, ['sessions', 'token_sets'], async () => {
    await db.$executeRaw`UPDATE sessions SET upstream_sid = random()::text`
    await db.$executeRaw`UPDATE token_sets SET sealed = repeat(md5(random()::text), 100)`
  })
  expect(sixth).toBeLessThan(third * 1.1)
})

test('of 480 MB of write-ahead log less than half stays', async () => {
  const { db, dataDir } = await opened()
  await sizesOver(
    db,
    [],
    () => db.$queryRaw`SELECT pg_logical_emit_message(false, 'test', repeat('x', 80000000))::text`,
  )
  // Of 16 MB each.
  const files = await readdir(join(dataDir, 'database', 'pg_wal'))
  expect(files.length).toBeLessThan(15)
})
