import { expect } from 'vitest'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { logLines, settledLines } from '../../support/log-lines.ts'
import { test } from '../../support/test-workers.ts'
import { connectToWorker, isThere, workerPids } from '../../support/worker-processes.ts'

const navigation = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'x-forwarded-for': '192.0.2.7' }
const greeting = '/api/backends/demo/api/authenticated/greeting'

test('both workers serve, and each says once that it does, with a line of the whole', async ({
  connected,
  baton,
}) => {
  for (const call of await connected()) expect((await call('/api/ready')).status).toBe(200)
  const started = logLines(baton).filter(({ event }) => event === 'server.started')
  expect(started.map(({ worker }) => worker).toSorted()).toEqual([1, 2, undefined])
  expect(logLines(baton).filter(({ event }) => event === 'server.configuration')).toEqual([
    expect.objectContaining({ workers: 2 }),
  ])
})

test('metrics are those of both workers', async ({ connected, metrics, baton }) => {
  const [one, other] = await connected()
  const health = async () =>
    (await metrics()).value('baton_http_requests_total', { route: '/api/health', status: '200' })
  const before = await health()
  for (const call of [one, one, other, other, other]) expect((await call('/api/health')).status).toBe(200)
  await settledLines(baton)
  expect((await health()) - before).toBe(6)
  const { value, samples } = await metrics()
  expect(value('baton_database_away')).toBe(0)
  expect(samples.filter(({ name }) => name === 'process_start_time_seconds')).toHaveLength(1)
  expect(value('baton_build_info')).toBe(1)
})

test('of 50 parallel redemptions at both workers exactly one makes a session', async ({
  connected,
  person,
  newcomer,
  host,
  sql,
}) => {
  const workers = await connected()
  const { nonce } = await person.askForNonce()
  const openings = Array.from({ length: 50 }, async () => {
    const browser = newcomer()
    const { fields } = readHandoffPage(await (await browser.request(`/handoff?nonce=${nonce}`)).text())
    return { body: new URLSearchParams(fields).toString(), cookie: await browser.cookies('/handoff') }
  })
  const presses = await Promise.all(openings)
  const statuses = await Promise.all(
    presses.map(async ({ body, cookie }, index) => {
      const headers = {
        host,
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(body.length),
        'sec-fetch-site': 'same-origin',
      }
      const call = workers[index % 2] as (typeof workers)[0]
      return (await call('/handoff', { method: 'POST', headers, body })).status
    }),
  )
  expect(statuses.toSorted()).toEqual([303, ...Array(49).fill(410)])
  const [row] = await sql<{ count: string }>(`SELECT count(*) FROM sessions WHERE kind = 'handoff'`)
  expect(Number(row?.count)).toBe(1)
})

test('a session that is ended at one worker is refused at the other', async ({
  connected,
  signedIn,
  host,
}) => {
  const [one, other] = await connected()
  const person = await signedIn()
  const headers = { host, cookie: await person.cookies(), 'sec-fetch-site': 'same-origin' }
  for (const call of [one, other]) expect((await call(greeting, { headers })).status).toBe(200)
  expect((await one('/api/sessions', { method: 'DELETE', headers })).status).toBe(204)
  await expect.poll(async () => (await other(greeting, { headers })).status).toBe(401)
})

test('what each instance counts for itself, its workers count together', async ({ connected, host }) => {
  // Sign-outs of browsers without a session, by one address: 60 a minute.
  const workers = await connected()
  const statuses: number[] = []
  for (let index = 0; index < 70; index++) {
    const call = workers[index % 2] as (typeof workers)[0]
    statuses.push((await call('/oidc/logout', { headers: { host, ...navigation } })).status)
  }
  expect(statuses.filter((status) => status !== 429)).toHaveLength(60)
})

test('a worker that is killed costs its own calls, and is replaced; no counter goes back', async ({
  bothServe,
  baton,
  metrics,
  signedIn,
  host,
}) => {
  const [victim, survivor] = await bothServe()
  const person = await signedIn()
  const headers = { host, cookie: await person.cookies(), 'sec-fetch-site': 'same-origin' }
  const [dying, living] = [await connectToWorker(baton, victim), await connectToWorker(baton, survivor)]
  for (const call of [dying, living]) expect((await call(greeting, { headers })).status).toBe(200)
  await settledLines(baton)
  const before = await metrics()

  const slow = '/api/backends/demo/api/authenticated/slow?ms=1000'
  const lost = dying(slow, { headers })
  const kept = living(slow, { headers })
  lost.catch(() => {})
  await expect
    .poll(async () => (await metrics()).value('baton_backend_places', { kind: 'calls', state: 'running' }))
    .toBe(2)
  process.kill(victim, 'SIGKILL')
  // The primary asks a worker that has just died.
  await Promise.all(Array.from({ length: 20 }, metrics))
  await expect(lost).rejects.toThrow()
  expect((await kept).status).toBe(200)
  for (let calls = 0; calls < 20; calls++)
    expect((await httpCall(baton.address, greeting, { headers })).status).toBe(200)

  const after = await bothServe()
  expect(after).toContain(survivor)
  expect(after).not.toContain(victim)
  expect(isThere(victim)).toBe(false)
  const now = await metrics()
  for (const { name, labels, value } of before.samples)
    if (/(_total|_count|_bucket)$/.test(name))
      expect([name, labels, now.value(name, labels) >= value]).toEqual([name, labels, true])
  expect(now.value('baton_worker_deaths_total')).toBe(1)
  expect(logLines(baton).filter(({ event }) => event === 'worker.died')).toEqual([
    expect.objectContaining({ level: 'warn', signal: 'SIGKILL', seconds: 1 }),
  ])
  const added = after.find((pid) => pid !== survivor) as number
  expect((await (await connectToWorker(baton, added))(greeting, { headers })).status).toBe(200)
})

test('a worker that hangs holds up no scrape, and no call at the other one', async ({
  connected,
  bothServe,
  baton,
  metrics,
}) => {
  const [hanging, living] = await bothServe()
  const [, call] = [await connected(), await connectToWorker(baton, living)]
  await settledLines(baton)
  const before = await metrics()
  process.kill(hanging, 'SIGSTOP')
  try {
    expect((await call('/api/health')).status).toBe(200)
    expect((await httpCall(baton.address, '/api/health')).status).toBe(200)
    const now = await metrics()
    const health = { route: '/api/health' }
    expect(now.value('baton_http_requests_total', health)).toBeGreaterThan(
      before.value('baton_http_requests_total', health),
    )
    expect(now.value('baton_workers', { state: 'serving' })).toBe(2)
  } finally {
    process.kill(hanging, 'SIGCONT')
  }
})

test('a fault in one worker ends that one alone', async ({ startAnother, signedIn, host }) => {
  const fault = 'process.on("SIGUSR2", () => { throw new Error("out of the blue") })'
  const baton = await startAnother({
    env: {
      WEB_CONCURRENCY: '2',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
    },
  })
  const told = (name: string) => logLines(baton).filter(({ event }) => event === name)
  await expect.poll(() => told('server.started')).toHaveLength(3)
  const [victim, survivor] = workerPids(baton) as [number, number]
  process.kill(victim, 'SIGUSR2')
  await expect.poll(() => told('worker.died')).toEqual([expect.objectContaining({ exitCode: 1, seconds: 1 })])
  expect(told('server.fault')).toHaveLength(1)
  const headers = { host, cookie: await (await signedIn()).cookies(), 'sec-fetch-site': 'same-origin' }
  expect((await httpCall(baton.address, greeting, { headers })).status).toBe(200)
  await expect.poll(() => told('server.started')).toHaveLength(4)
  expect(workerPids(baton)).toContain(survivor)
  expect(await baton.stop()).toBe(0)
})

test('when nobody reads the log any more, the workers go on', async ({ startAnother, signedIn, host }) => {
  const baton = await startAnother({ env: { WEB_CONCURRENCY: '2' } })
  await expect.poll(() => logLines(baton).filter(({ event }) => event === 'server.started')).toHaveLength(3)
  const pids = workerPids(baton)
  baton.process.stdout?.destroy()
  baton.process.stderr?.destroy()
  const headers = { host, cookie: await (await signedIn()).cookies(), 'sec-fetch-site': 'same-origin' }
  for (let calls = 0; calls < 500; calls++)
    expect((await httpCall(baton.address, greeting, { headers })).status).toBe(200)
  expect(workerPids(baton)).toEqual(pids)
  expect(await baton.stop()).toBe(0)
})
