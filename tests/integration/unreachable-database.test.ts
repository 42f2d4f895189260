import { expect, test } from 'vitest'
import { type Database, openDatabase } from '#lib/db/open.ts'
import { isAnswering } from '#lib/db/ready.ts'
import { isDatabaseUnreachable } from '#lib/db/unreachable.ts'
import { upsertUser } from '#lib/db/users.ts'
import { cuttable } from '../support/cuttable.ts'
import { emptyPostgres } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'

const ways: [how: string, ask: (db: Database) => Promise<unknown>][] = [
  ['by SQL', (db) => db.$queryRaw`SELECT id FROM users`],
  ['by SQL that writes', (db) => db.$executeRaw`DELETE FROM nonces`],
  ['by the client', (db) => db.session.findFirst()],
  ['by an upsert', (db) => upsertUser(db, 'https://op.example.org', 's-1', {})],
]

const thrownBy = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  )

test('a database where nobody listens fails the opening, as one that cannot be reached', async () => {
  const url = `postgresql://postgres:postgres@127.0.0.1:${await freePort()}/baton`
  const error = await openDatabase({ url, dataDir: '' }).catch((thrown) => thrown)
  expect(isDatabaseUnreachable(error)).toBe(true)
})

test('a database whose host name is unknown counts as unreachable', async () => {
  const url = 'postgresql://postgres:postgres@database.invalid/baton'
  const error = await openDatabase({ url, dataDir: '' }).catch((thrown) => thrown)
  expect(isDatabaseUnreachable(error)).toBe(true)
})

test.each(ways)(
  'a database that went away is known as unreachable, asked %s, and as not answering',
  async (_, ask) => {
    const { url, cut } = await cuttable(await emptyPostgres())
    const { db, close } = await openDatabase({ url, dataDir: '' })
    await ask(db)
    await cut()
    for (let round = 0; round < 2; round++) expect(isDatabaseUnreachable(await thrownBy(ask(db)))).toBe(true)
    expect(await isAnswering(db)).toBe(false)
    await close()
  },
)

test('a query that the server breaks off counts as an unreachable database', async () => {
  const { db, close } = await openDatabase({ url: await emptyPostgres(), dataDir: '' })
  const ended = await thrownBy(db.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`)
  expect(ended).toBeInstanceOf(Error)
  expect(isDatabaseUnreachable(ended)).toBe(true)
  expect(await isAnswering(db)).toBe(true)
  await close()
})

test('a wrong query is no unreachable database', async () => {
  const { db, close } = await openDatabase({ url: await emptyPostgres(), dataDir: '' })
  const wrong = [
    db.$queryRaw`SELECT no_such_column FROM users`,
    db.$queryRaw`SELECT 1/0`,
    db.$executeRaw`INSERT INTO nonces (hash) VALUES (NULL)`,
    db.session.create({ data: {} as never }),
  ]
  for (const asked of wrong) {
    const error = await thrownBy(asked)
    expect(error).toBeInstanceOf(Error)
    expect(isDatabaseUnreachable(error)).toBe(false)
  }
  await close()
})
