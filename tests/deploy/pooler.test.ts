import { expect } from 'vitest'
import { emptyPostgres, query } from '../support/databases.ts'
import { fullConfig } from '../support/full-config.ts'
import { startPgBouncer } from '../support/servers/pgbouncer.ts'
import type { Setup } from '../support/stage.ts'
import { perFile } from '../support/test.ts'
import { test as base } from '../support/test-apps.ts'

const test = base
  .extend('direct', perFile, () => emptyPostgres())
  .extend('pooler', perFile, ({ direct, closing }) => closing(startPgBouncer(direct)))
  // Without a direct address: even the migrations go through the pooler.
  .extend('setup', perFile, ({ pooler: { url } }): Setup => ({ database: { url }, config: fullConfig }))

const advisory = `SELECT locktype FROM pg_locks JOIN pg_database ON pg_database.oid = database
  WHERE locktype = 'advisory' AND datname = current_database()`

test('behind PgBouncer in transaction mode two instances do all of it at once, and leave no lock behind', {
  timeout: 120_000,
}, async ({ direct, stage, startAnother, signedIn, newcomer, app, expired, refreshes }) => {
  const another = await startAnother({ env: { DATABASE_DIRECT_URL: direct } })
  const person = await expired(() => signedIn())
  const before = refreshes()
  const calls = await Promise.all(
    Array.from({ length: 60 }, () => person.ownPage('/api/backends/demo/api/authenticated/greeting')),
  )
  expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200))
  expect(refreshes() - before).toBe(1)

  const handOffs = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const { nonce } = await person.askForNonce()
      const races = [newcomer(), newcomer()].map((browser) => browser.redeem(nonce))
      return (await Promise.all(races)).map(({ status }) => status).sort()
    }),
  )
  expect(handOffs).toEqual(handOffs.map(() => [303, 410]))
  const webNonces = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => app.webNonce(await app.idToken({ sub: `person ${at}` }))),
  )
  const active = async () => {
    const answers = await Promise.all(webNonces.map((webNonce) => app.introspect(webNonce)))
    const bodies = await Promise.all(answers.map((answer) => answer.json() as Promise<{ active: boolean }>))
    return bodies.filter((body) => body.active).length
  }
  expect(await active()).toBe(20)
  await Promise.all(webNonces.map((webNonce) => app.revoke(webNonce)))
  expect(await active()).toBe(0)
  await person.signOut()
  expect(await person.session()).toBeNull()
  for (const { log } of [stage.baton, another]) expect(log()).not.toMatch(/prepared statement|"level":[56]0/)
  expect(await query(direct, advisory)).toEqual([])
})

test('several instances that start at once behind PgBouncer on an empty database apply each migration once', {
  timeout: 120_000,
}, async ({ closing, stage }) => {
  const empty = await emptyPostgres()
  const { url } = await closing(startPgBouncer(empty))
  const { openDatabase } = await import('#lib/db/open.ts')
  const opened = await Promise.all([1, 2, 3].map(() => openDatabase({ url, dataDir: '' })))
  const applied = opened.flatMap((database) => database.applied)
  expect(new Set(applied).size).toBe(applied.length)
  expect(applied.length).toBeGreaterThan(3)
  expect(await query(empty, advisory)).toEqual([])
  // No setting of this process stays on connections that others get.
  const [{ scans }] = (await query<{ scans: string }>(
    url,
    `SELECT current_setting('enable_seqscan') AS scans`,
  )) as [{ scans: string }]
  expect(scans).toBe('on')
  await Promise.all(opened.map(({ close }) => close()))
  expect(stage.databaseUrl).not.toBe(empty)
})
