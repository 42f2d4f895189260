import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { isDatabaseAway } from '#lib/db/away.ts'
import type { Database, OpenDatabase } from '#lib/db/database.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { openDatabase } from '#lib/db/open.ts'
import { upsertUser } from '#lib/db/users.ts'
import { type Cuttable, cuttable } from '../support/cuttable.ts'
import { emptyPostgres, query } from '../support/databases.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { freePort } from '../support/free-port.ts'

const ways: [how: string, ask: (db: Database) => Promise<unknown>][] = [
  ['by SQL', (db) => db.$queryRaw`SELECT id FROM users`],
  ['by SQL that writes', (db) => db.$executeRaw`DELETE FROM nonces`],
  ['by the client', (db) => db.session.findFirst()],
  ['by an upsert', (db) => upsertUser(db, 'https://op.example.org', 's-1', {})],
  ['in a transaction', (db) => inTransaction(db, (tx) => tx.$queryRaw`SELECT id FROM users`)],
]

/** Queries that take longer than it takes to break their connection. */
const longWays: [how: string, ask: (db: Database) => Promise<unknown>][] = [
  ['on the driver', (db) => db.$prepared({ name: 'sleep', text: 'SELECT pg_sleep(20)::text' }, [])],
  ['by SQL', (db) => db.$queryRaw`SELECT pg_sleep(20)::text`],
  ['in a transaction', (db) => inTransaction(db, (tx) => tx.$queryRaw`SELECT pg_sleep(20)::text`)],
]

const thrownBy = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  )

/** Expects an error of a database that cannot be reached, which says `words` somewhere in its causes. */
async function expectUnreachable(asked: Promise<unknown>, words: string | RegExp) {
  const error = await thrownBy(asked)
  expect(inspect(error, { depth: 8 })).toMatch(words)
  expect(isDatabaseAway(error)).toBe(true)
}

async function opened(url: string): Promise<OpenDatabase> {
  const database = await openDatabase({ url, dataDir: '' })
  onTestFinished(database.close)
  return database
}

async function openedCuttable(): Promise<Cuttable & OpenDatabase & { direct: string }> {
  const direct = await emptyPostgres()
  const database = await cuttable(direct)
  return { ...database, direct, ...(await opened(database.url)) }
}

/** Waits until so many queries sleep in the database. */
async function sleeping(url: string, queries: number): Promise<void> {
  const counted = `SELECT count(*)::int AS queries FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
      AND query LIKE '%pg_sleep%'`
  await expect.poll(() => query(url, counted)).toEqual([{ queries }])
}

test('a database where nobody listens fails the opening, as one that cannot be reached', async () => {
  const url = `postgresql://postgres:postgres@127.0.0.1:${await freePort()}/baton`
  const error = await openDatabase({ url, dataDir: '' }, { patience: 0 }).catch((thrown) => thrown)
  expect(isDatabaseAway(error)).toBe(true)
})

test('a database whose host name is unknown counts as unreachable', async () => {
  const url = 'postgresql://postgres:postgres@database.invalid/baton'
  const error = await openDatabase({ url, dataDir: '' }, { patience: 0 }).catch((thrown) => thrown)
  expect(isDatabaseAway(error)).toBe(true)
})

test.each(ways)(
  'a database that went away is known as unreachable, asked %s, and as not answering',
  async (_, ask) => {
    const { db, health, cut } = await openedCuttable()
    await ask(db)
    await cut()
    await expectUnreachable(ask(db), 'Connection terminated unexpectedly')
    await expectUnreachable(ask(db), /ECONNREFUSED|DatabaseNotReachable/)
    expect(await health.lack()).toBe('answer')
  },
)

test.each(longWays)(
  'a connection that is closed during a query is an unreachable database, asked %s',
  async (_, ask) => {
    const { db, direct, cut } = await openedCuttable()
    const asked = expectUnreachable(ask(db), 'Connection terminated unexpectedly')
    await sleeping(direct, 1)
    await cut()
    await asked
  },
)

test.each(longWays)(
  'a connection that is reset during a query is an unreachable database, asked %s; the next query works',
  async (_, ask) => {
    const { db, health, direct, reset } = await openedCuttable()
    const asked = expectUnreachable(ask(db), /ECONNRESET|ConnectionClosed/)
    await sleeping(direct, 1)
    reset()
    await asked
    expect(await health.lack()).toBeUndefined()
  },
)

test('a transaction that goes on after its connection broke ends with an unreachable database', async () => {
  const { db, cut } = await openedCuttable()
  const work = inTransaction(db, async (tx) => {
    await tx.$queryRaw`SELECT 1`
    await cut()
    await sleep(100)
    await tx.$queryRaw`SELECT 1`
  })
  await expectUnreachable(work, 'Client has encountered a connection error and is not queryable')
})

test.concurrent('a database that hangs is unreachable, by an open connection and by a new one', async () => {
  const database = await cuttable(await emptyPostgres())
  const { db, close } = await openDatabase({ url: database.url, dataDir: '' })
  await Promise.all([db.$queryRaw`SELECT 1`, db.$queryRaw`SELECT 1`])
  database.hang()
  const prepared = () => db.$prepared({ name: 'one', text: 'SELECT 1' }, [])
  const standing = [prepared(), db.$queryRaw`SELECT 1`].map((asked) =>
    expectUnreachable(asked, 'Query read timeout'),
  )
  await sleep(100)
  const made = [prepared(), db.$queryRaw`SELECT 1`, inTransaction(db, (tx) => tx.$queryRaw`SELECT 1`)].map(
    (asked) => expectUnreachable(asked, 'Connection terminated due to connection timeout'),
  )
  await Promise.all([...standing, ...made])
  await database.cut()
  await close()
})

test.concurrent('a query that gets no free connection in time has an unreachable database', async () => {
  const url = await emptyPostgres()
  const { db, close } = await openDatabase({ url, dataDir: '' })
  const busy = Array.from({ length: 10 }, async () => db.$queryRaw`SELECT pg_sleep(9)::text`)
  await sleeping(url, 10)
  await Promise.all(
    ways.map(([_, ask]) => expectUnreachable(ask(db), 'timeout exceeded when trying to connect')),
  )
  await Promise.all(busy)
  await close()
})

test('a server that has too many connections is an unreachable database', async () => {
  const url = new URL(await emptyPostgres())
  const role = `few_${url.pathname.slice(1)}`
  await query(url.href, `CREATE ROLE ${role} LOGIN PASSWORD 'postgres'`)
  await query(url.href, `ALTER SCHEMA public OWNER TO ${role}`)
  const limited = new URL(url)
  limited.username = role
  const { db } = await opened(limited.href)
  await inTransaction(db, async (tx) => {
    await tx.$queryRaw`SELECT 1`
    await query(url.href, `ALTER ROLE ${role} CONNECTION LIMIT 1`)
    for (const [_, ask] of ways) await expectUnreachable(ask(db), '53300')
  })
})

test('a transaction that loses a deadlock counts as an unreachable database, for a later try', async () => {
  const { db } = await opened(await emptyPostgres())
  let holders = 0
  const bothHold = Promise.withResolvers<void>()
  const take = (first: number, second: number) =>
    inTransaction(db, async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(${first})::text`
      if (++holders === 2) bothHold.resolve()
      await bothHold.promise
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(${second})::text`
    })
  const errors = (await Promise.all([thrownBy(take(1, 2)), thrownBy(take(2, 1))])).filter(Boolean)
  expect(errors).toHaveLength(1)
  await expectUnreachable(Promise.reject(errors[0]), '40P01')
})

onEachDatabase((instances) => {
  test('a transaction that takes too long ends as if the database was unreachable', async () => {
    const [db] = instances()
    const slow = db.$transaction(
      async (tx) => {
        await sleep(400)
        await tx.$queryRaw`SELECT 1`
      },
      { timeout: 200 },
    )
    await expectUnreachable(slow, 'P2028')
  })
})

test('a query that a server ends when it shuts down is an unreachable database; the next works', async () => {
  const { db, health } = await opened(await emptyPostgres())
  const end = 'SELECT pg_terminate_backend(pg_backend_pid())'
  await expectUnreachable(db.$queryRawUnsafe(end), '57P01')
  await expectUnreachable(db.$prepared({ name: 'end', text: end }, []), '57P01')
  expect(await health.lack()).toBeUndefined()
})

test('a wrong query is no unreachable database', async () => {
  const { db } = await opened(await emptyPostgres())
  const wrong: (() => Promise<unknown>)[] = [
    () => db.$queryRaw`SELECT id FRM users`,
    () => db.$queryRaw`SELECT 1/0`,
    () => db.$queryRaw`SELECT 'Query read timeout'::int`,
    () => db.$executeRaw`INSERT INTO nonces (hash) VALUES (NULL)`,
    () => db.session.create({ data: {} as never }),
    () => db.$prepared({ name: 'wrong', text: 'SELECT id FRM users' }, []),
  ]
  for (const ask of wrong) {
    const error = await thrownBy(ask())
    expect(error).toBeInstanceOf(Error)
    expect(isDatabaseAway(error)).toBe(false)
  }
})
