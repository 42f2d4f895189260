import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import { openDatabase } from '#lib/db/open.ts'
import { vacuum } from '#lib/db/vacuum.ts'
import { keepSweeping } from '#lib/sessions/keep-sweeping.ts'
import { configOf } from '../support/config.ts'
import { migratedDataDir } from '../support/databases.ts'
import { manyNonces } from '../support/many-rows.ts'
import { smallProcess } from '../support/small-process.ts'
import { total } from '../support/total.ts'

const config = await configOf({ file: {} })

async function folder(): Promise<string> {
  const { dataDir, remove } = await migratedDataDir()
  onTestFinished(remove)
  return dataDir
}

async function openFolder(dataDir: string): Promise<Database> {
  const { db, close } = await openDatabase({ dataDir })
  onTestFinished(close)
  return db
}

/** A process that sweeps by its timer, which the test moves on. So does the database's clock. */
function sweeping(db: Database) {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const process = smallProcess(db, config)
  const stop = keepSweeping(process)
  onTestFinished(stop)
  return { minute: () => vi.advanceTimersByTime(60_000), stop, text: process.text }
}

type Table = 'nonces' | 'sessions' | 'token_sets'

/** When a table was vacuumed by the process that has the database open. */
async function vacuumedAt(db: Database, table: Table): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ last_vacuum: Date | null }[]>`
    SELECT last_vacuum FROM pg_stat_user_tables WHERE relname = ${table}`
  return row?.last_vacuum ?? null
}

test('a table is vacuumed after the sweep that removed much, for few dead rows once an hour', async () => {
  const db = await openFolder(await folder())
  await total(vacuum(db))
  const { minute, text, stop } = sweeping(db)
  const sweepOf = async (count: number) => {
    await manyNonces(db, count, `now() - interval '1 hour'`)
    const before = text().length
    minute()
    await expect.poll(() => text().slice(before)).toMatch(/"sweep.done","work":"remove expired rows"/)
  }
  const first = await vacuumedAt(db, 'nonces')
  await sweepOf(10)
  await sweepOf(3000)
  await expect.poll(() => vacuumedAt(db, 'nonces')).not.toEqual(first)
  const second = await vacuumedAt(db, 'nonces')
  await sweepOf(10)
  await total(vacuum(db))
  expect(await vacuumedAt(db, 'nonces')).toEqual(second)
  vi.setSystemTime(Date.now() + 3_600_000)
  minute()
  await expect.poll(() => vacuumedAt(db, 'nonces')).not.toEqual(second)
  stop()
})

test('a vacuum that fails is logged, hinders no other table, and is tried again', async () => {
  const dataDir = await folder()
  const before = await openDatabase({ dataDir })
  await manyNonces(before.db, 100, `now() + interval '1 hour'`)
  const [place] = await before.db.$queryRaw<{ path: string }[]>`
    SELECT pg_relation_filepath('nonces') AS path`
  await before.close()
  const file = await open(join(dataDir, 'database', place?.path ?? ''), 'r+')
  onTestFinished(() => file.close())
  const head = Buffer.alloc(24)
  await file.read(head, 0, head.length, 0)
  await file.write(Buffer.alloc(head.length, 0xff), 0, head.length, 0)

  const db = await openFolder(dataDir)
  const { minute, text } = sweeping(db)
  minute()
  await expect.poll(text).toMatch(/"sweep.failed","work":"vacuum".*invalid page/)
  expect(await vacuumedAt(db, 'nonces')).toBeNull()
  for (const table of ['sessions', 'token_sets'] as const)
    expect(await vacuumedAt(db, table)).toBeInstanceOf(Date)

  await file.write(head, 0, head.length, 0)
  minute()
  await expect.poll(() => vacuumedAt(db, 'nonces')).toBeInstanceOf(Date)
})
