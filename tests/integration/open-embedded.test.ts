import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { isDatabaseAway } from '#lib/db/away.ts'
import { readMigrations } from '#lib/db/migrations.ts'
import { openDatabase } from '#lib/db/open.ts'
import { upsertUser } from '#lib/db/users.ts'
import { emptyDataDir, migratedDataDir } from '../support/databases.ts'

/** Another process that holds the folder. */
async function holderOf(dataDir: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['tests/support/hold-data-folder.ts', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const outcome = await Promise.race([
    once(child.stdout, 'data').then(String),
    once(child, 'exit').then(() => 'ended'),
  ])
  if (!outcome.startsWith('open')) throw new Error('the other process could not open the folder')
  return child
}

async function folder(): Promise<string> {
  const { dataDir, remove } = await emptyDataDir()
  onTestFinished(remove)
  return dataDir
}

test('the first opening makes a folder of its owner and its tables, the second finds the data', async () => {
  const dataDir = `${await folder()}/new`
  const all = (await readMigrations()).migrationDirectories.map(({ path }) => path)
  const first = await openDatabase({ dataDir })
  expect(first.applied).toEqual(all)
  // A new folder is for its owner alone.
  expect((await stat(dataDir)).mode & 0o077).toBe(0)
  const user = await upsertUser(first.db, 'https://op.example.org', 's-1', { name: 'Demo User' })
  await first.close()

  const second = await openDatabase({ dataDir })
  expect(second.applied).toEqual([])
  expect(await upsertUser(second.db, 'https://op.example.org', 's-1', {})).toEqual(user)
  await second.close()
})

test('a folder that another process holds is refused, and taken over once that is killed', async () => {
  const { dataDir, remove } = await migratedDataDir()
  onTestFinished(remove)
  const holder = await holderOf(dataDir)
  await expect(openDatabase({ dataDir })).rejects.toThrow(
    `in use by another Baton process (process ${holder.pid})`,
  )
  const exited = once(holder, 'exit')
  holder.kill('SIGKILL')
  await exited

  const { db, applied, close } = await openDatabase({ dataDir })
  expect(applied).toEqual([])
  expect((await upsertUser(db, 'https://op.example.org', 's-1', {})).id).toBeDefined()
  await expect(openDatabase({ dataDir })).rejects.toThrow(`(process ${process.pid})`)
  await close()
})

test('a folder without PG_VERSION is refused, and its files stay', async () => {
  const { dataDir, remove } = await migratedDataDir()
  onTestFinished(remove)
  await rm(join(dataDir, 'database', 'PG_VERSION'))
  const before = await readdir(join(dataDir, 'database'))
  await expect(openDatabase({ dataDir })).rejects.toThrow(/is damaged: it has no file PG_VERSION.*backup/)
  expect(await readdir(join(dataDir, 'database'))).toEqual(before)
})

test('a folder that the embedded database cannot open is refused with what to do', async () => {
  const { dataDir, remove } = await migratedDataDir()
  onTestFinished(remove)
  await rm(join(dataDir, 'database', 'global'), { recursive: true })
  await expect(openDatabase({ dataDir })).rejects.toThrow(/cannot be opened .*backup/)
})

test('a disk with too little room for the log stops what writes, and not what reads', async () => {
  const { dataDir, remove } = await migratedDataDir()
  onTestFinished(remove)
  const { db, health, close } = await openDatabase({ dataDir })
  onTestFinished(close)
  const newPerson = () => upsertUser(db, 'https://op.example.org', crypto.randomUUID(), {})
  await newPerson()
  const stats = vi.spyOn(fs, 'statfsSync').mockReturnValue({ bavail: 4096, bsize: 4096 } as fs.StatsFs)
  syncBuiltinESMExports()
  onTestFinished(() => {
    stats.mockRestore()
    syncBuiltinESMExports()
  })
  await expect.poll(() => newPerson().then(() => 'written', isDatabaseAway), { timeout: 5_000 }).toBe(true)
  expect(await db.$queryRaw`SELECT count(*)::int AS people FROM users`).toEqual([
    { people: expect.any(Number) },
  ])
  await expect.poll(() => health.lack()).toBe('room')
  stats.mockRestore()
  syncBuiltinESMExports()
  await expect.poll(() => health.lack()).toBeUndefined()
  expect(await newPerson()).toBeDefined()
})
