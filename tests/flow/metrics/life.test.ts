import { once } from 'node:events'
import { expect } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { scrape } from '../../support/scrape.ts'
import { startOwnPostgres } from '../../support/servers/own-postgres.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('postgres', perFile, ({ closing }) => closing(startOwnPostgres()))
  .extend('metricsPort', perFile, () => freePort())
  .extend(
    'setup',
    perFile,
    ({ postgres: { url }, metricsPort }): Setup => ({
      database: { url },
      env: { METRICS_PORT: String(metricsPort) },
    }),
  )
  .extend(
    'metrics',
    perFile,
    ({ metricsPort, baton: _ }) =>
      () =>
        scrape(`http://127.0.0.1:${metricsPort}`),
  )

test('while the database is away metrics say so, and there is no old number of sessions', {
  timeout: 120_000,
}, async ({ postgres, signedIn, metrics }) => {
  await signedIn()
  const sessions = async () =>
    (await metrics()).samples.filter(({ name }) => name === 'baton_sessions').map(({ value }) => value)
  const away = async () => (await metrics()).value('baton_database_away')
  await expect.poll(sessions, { timeout: 40_000 }).toContain(1)
  expect(await away()).toBe(0)
  await postgres.stop()
  await expect.poll(away).toBe(1)
  await expect.poll(sessions, { timeout: 40_000 }).toEqual([])
  await expect.poll(async () => (await metrics()).value('baton_feed_lag_seconds')).toBeGreaterThan(1)
  await postgres.start()
  await expect.poll(away).toBe(0)
})

test('a Baton that stops has metrics as long as calls run, when its public port has closed', async ({
  baton,
  partners,
  signedIn,
  metrics,
}) => {
  const person = await signedIn()
  const atBackend = once(partners.backendServer, 'request')
  const running = person.ownPage('/api/backends/demo/api/authenticated/slow?ms=3000')
  await atBackend
  const exit = baton.stop()
  const isTaken = () => fetch(`${baton.address}/api/health`).then(Boolean, () => false)
  await expect.poll(isTaken, { interval: 10 }).toBe(false)
  expect((await metrics()).value('baton_backend_places', { kind: 'calls', state: 'running' })).toBe(1)
  expect((await running).status).toBe(200)
  expect(await exit).toBe(0)
  await expect(metrics()).rejects.toThrow()
})
