import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import { openDatabase } from '#lib/db/open.ts'
import { sweep } from '#lib/db/sweep.ts'
import { Limits } from '#lib/limits/limits.ts'
import { configOf } from '../support/config.ts'
import { migratedDataDir, migratedPostgres, query } from '../support/databases.ts'
import { readableLog } from '../support/log.ts'

const limits = {
  nonces: { max: 20, seconds: 60 },
  handoffs: { max: 20, seconds: 1 },
  clientSecrets: { max: 3, seconds: 60 },
  signIns: false,
}
const { limits: configured } = await configOf({ file: { limits } })

function instanceOn(db: Database, url?: string, { workers = 1, port = 3000 } = {}) {
  const { log, text } = readableLog()
  const database = url === undefined ? {} : { url }
  const config = { limits: configured, database, workers, listen: { port } }
  return { limits: new Limits({ db, config, log }), text }
}

async function instances(count: number) {
  const url = await migratedPostgres()
  const { db, close } = await openDatabase({ url, dataDir: '' })
  onTestFinished(close)
  return {
    url,
    db,
    started: Array.from({ length: count }, () => instanceOn(db, url)),
    rows: () => query<{ points: number }>(url, 'SELECT points FROM limit_counts'),
  }
}

/** How many of so many calls, spread over instances, are taken. */
async function taken(calls: number, take: (call: number) => Promise<void>): Promise<number> {
  const settled = await Promise.allSettled(Array.from({ length: calls }, (_, call) => take(call)))
  for (const { status, reason } of settled as PromiseRejectedResult[])
    if (status === 'rejected') expect(reason).toMatchObject({ code: 'slow_down' })
  return settled.filter(({ status }) => status === 'fulfilled').length
}

test('of 200 parallel calls at four instances no more are taken than the limit says', async () => {
  const { started } = await instances(4)
  expect(await taken(200, (call) => started[call % 4]?.limits.take('nonces', 'a') as Promise<void>)).toBe(20)
})

test('what an instance counts for itself its workers count together, and other instances apart', async () => {
  const { db, url } = await instances(0)
  const workers = [0, 1].map(() => instanceOn(db, url, { workers: 2 }).limits)
  const other = instanceOn(db, url, { workers: 2, port: 3001 }).limits
  const take = (call: number) => workers[call % 2]?.take('signOuts', 'an address') as Promise<void>
  expect(await taken(100, take)).toBe(60)
  expect(await taken(100, () => other.take('signOuts', 'an address'))).toBe(60)
  const [alone, apart] = [instanceOn(db, url).limits, instanceOn(db, url).limits]
  expect(await taken(100, () => alone.take('signOuts', 'an address'))).toBe(60)
  expect(await taken(100, () => apart.take('signOuts', 'an address'))).toBe(60)
})

test('what anybody can make up leaves no row, with workers either', async () => {
  const { db, url, rows } = await instances(0)
  const workers = [0, 1].map(() => instanceOn(db, url, { workers: 2 }).limits)
  const take = (call: number, key: string) =>
    workers[call % 2]?.take('requestsOfCookies', key) as Promise<void>
  for (let call = 0; call < 100; call++) await take(call, `made up ${call}`)
  expect(await taken(400, (call) => take(call, 'one of them'))).toBe(300)
  expect(await rows()).toEqual([])
})

test('a key that all have used up has no room at an instance that has counted little of it', async () => {
  const { started } = await instances(2)
  const [one, other] = started.map(({ limits }) => limits)
  await other?.take('clientSecrets', 'a')
  for (let time = 0; time < 2; time++) await one?.take('clientSecrets', 'a')
  await expect(other?.take('clientSecrets', 'a')).rejects.toMatchObject({ code: 'slow_down' })
  // For a second it knows by itself.
  await sleep(1_100)
  await expect(other?.requireRoom('clientSecrets', 'a')).rejects.toMatchObject({ code: 'slow_down' })
})

test('what one instance has counted up to the limit another one knows at its first', async () => {
  const { started } = await instances(2)
  const [one, other] = started.map(({ limits }) => limits)
  for (let time = 0; time < 20; time++) await one?.take('nonces', 'a')
  await expect(other?.take('nonces', 'a')).rejects.toMatchObject({ code: 'slow_down' })
})

test('far from the limit an instance writes the first of a window alone', async () => {
  const { started, rows } = await instances(1)
  const { limits } = started[0] as (typeof started)[number]
  await limits.take('nonces', 'a')
  await limits.take('nonces', 'a')
  await limits.giveBack('nonces', 'a')
  await limits.take('nonces', 'a')
  expect(await rows()).toEqual([{ points: 1 }])
  await limits.take('nonces', 'a')
  expect(await rows()).toEqual([{ points: 3 }])
})

test('what is given back at one instance may be taken at another', async () => {
  const { started } = await instances(2)
  const [one, other] = started.map(({ limits }) => limits)
  for (let time = 0; time < 20; time++) await one?.take('nonces', 'a')
  await one?.giveBack('nonces', 'a', 12)
  expect(await taken(20, () => other?.take('nonces', 'a') as Promise<void>)).toBe(12)
})

test('who is beyond the limit costs a statement or two a second, however much they send', async () => {
  const { db, url } = await instances(0)
  let statements = 0
  const $prepared: Database['$prepared'] = (...asked) => {
    statements += 1
    return db.$prepared(...asked)
  }
  const counting = { $prepared } as Database
  const { limits } = instanceOn(counting, url)
  expect(await taken(21, () => limits.take('nonces', 'a'))).toBe(20)
  for (const pause of [0, 1_100]) {
    await sleep(pause)
    statements = 0
    expect(await taken(300, () => limits.take('nonces', 'a'))).toBe(0)
    expect(statements).toBeLessThan(20)
  }
})

test('what was counted at one instance may be given back at another', async () => {
  const { started } = await instances(2)
  const [one, other] = started.map(({ limits }) => limits)
  for (let time = 0; time < 45; time++) {
    await one?.take('nonces', 'a')
    await other?.giveBack('nonces', 'a')
  }
})

test('no count goes below none, whatever is given back', async () => {
  const { started, rows } = await instances(2)
  const [one, other] = started.map(({ limits }) => limits)
  await one?.take('nonces', 'a')
  await other?.giveBack('nonces', 'a', 10)
  expect(await rows()).toEqual([{ points: 0 }])
})

test('a client that others have shut out is let in when their count is gone', async () => {
  const { started, url } = await instances(2)
  const [one, other] = started.map(({ limits }) => limits)
  for (let time = 0; time < 3; time++) await one?.take('clientSecrets', 'a')
  await expect(other?.requireRoom('clientSecrets', 'a')).rejects.toMatchObject({ code: 'slow_down' })
  await query(url, 'UPDATE limit_counts SET points = 0')
  const isLetIn = async () =>
    other?.requireRoom('clientSecrets', 'a').then(
      () => true,
      () => false,
    )
  await expect.poll(isLetIn).toBe(true)
})

test('what is given back after the end of its row gives nobody more than the limit', async () => {
  const { started, url } = await instances(2)
  const [one, other] = started.map(({ limits }) => limits)
  for (let time = 0; time < 15; time++) await one?.take('nonces', 'a')
  await query(url, 'UPDATE limit_counts SET expire = 1')
  await one?.giveBack('nonces', 'a', 15)
  expect(await taken(60, () => other?.take('nonces', 'a') as Promise<void>)).toBe(20)
})

test('what is refused is not counted: as much as is given back may be taken', async () => {
  const { started, url } = await instances(1)
  const { limits } = started[0] as (typeof started)[number]
  expect(await taken(50, () => limits.take('nonces', 'a'))).toBe(20)
  await limits.giveBack('nonces', 'a', 3)
  await expect.poll(() => taken(1, () => limits.take('nonces', 'a'))).toBe(1)
  const [row] = await query<{ points: number }>(url, 'SELECT points FROM limit_counts')
  expect(row?.points).toBeLessThanOrEqual(20)
})

test('a wrong secret at one instance counts at the next look at any', async () => {
  const { started } = await instances(2)
  const [one, other] = started.map(({ limits }) => limits)
  for (let time = 0; time < 3; time++) await one?.take('clientSecrets', 'a')
  await expect(one?.requireRoom('clientSecrets', 'a')).rejects.toMatchObject({ code: 'slow_down' })
  await expect(other?.take('clientSecrets', 'a')).rejects.toMatchObject({ code: 'slow_down' })
})

test('after its window a key may take as much again', async () => {
  const { started } = await instances(1)
  const take = () => started[0]?.limits.take('handoffs', 'a') as Promise<void>
  expect(await taken(30, take)).toBe(20)
  await expect.poll(() => taken(1, take)).toBe(1)
  // On a busy machine the window after that has begun meanwhile.
  expect([19, 20]).toContain(await taken(30, take))
})

test('while the database is away each instance counts for itself, and says so once', async () => {
  const { started, url } = await instances(1)
  const { limits, text } = started[0] as (typeof started)[number]
  await query(url, 'ALTER TABLE limit_counts RENAME TO elsewhere')
  expect(await taken(30, () => limits.take('nonces', 'a'))).toBe(20)
  expect(await taken(5, () => limits.take('nonces', 'b'))).toBe(5)
  expect(text()).toContain('an instance counts for itself')
})

test('with the embedded database the one process counts in memory', async () => {
  const { dataDir, remove } = await migratedDataDir()
  const { db, close } = await openDatabase({ dataDir })
  onTestFinished(async () => {
    await close()
    await remove()
  })
  const { limits } = instanceOn(db)
  expect(await taken(30, () => limits.take('nonces', 'a'))).toBe(20)
  expect(await db.$queryRaw`SELECT FROM limit_counts`).toEqual([])
})

test('a limit that is switched off and a key that nobody has are not counted', async () => {
  const { started } = await instances(1)
  const { limits } = started[0] as (typeof started)[number]
  expect(await taken(100, () => limits.take('signIns', 'a'))).toBe(100)
  expect(await taken(100, () => limits.take('nonces', undefined))).toBe(100)
})

test('sweeps remove counts whose window is over, and ID tokens that are, and no others', async () => {
  const { db, url, rows } = await instances(1)
  await query(
    url,
    `INSERT INTO limit_counts (key, points, expire)
     SELECT n::text, 1, extract(epoch FROM now() + make_interval(mins => CASE WHEN n = 1 THEN 1 ELSE -2 END))
       * 1000 FROM generate_series(1, 2500) n`,
  )
  await query(
    url,
    `INSERT INTO id_token_uses (hash, uses, expires_at)
     SELECT decode(lpad(to_hex(n), 64, '0'), 'hex'), 1,
       now() + make_interval(mins => CASE WHEN n = 1 THEN 1 ELSE -2 END) FROM generate_series(1, 2500) n`,
  )
  for await (const _ of sweep(db, 90));
  expect(await rows()).toEqual([{ points: 1 }])
  expect(await query(url, 'SELECT uses FROM id_token_uses')).toEqual([{ uses: 1 }])
})
