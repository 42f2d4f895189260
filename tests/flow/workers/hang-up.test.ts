import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Baton } from '../../support/baton.ts'
import { startLoad } from '../../support/load.ts'
import { logLines } from '../../support/log-lines.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-workers.ts'
import { connectToWorker, isThere, workerPids } from '../../support/worker-processes.ts'

type Content = { backends: { name: string }[] }

const test = base
  .extend(
    'setup',
    perFile,
    ({ metricsPort }): Setup => ({
      env: { WEB_CONCURRENCY: '2', DRAIN_SECONDS: '1', METRICS_PORT: String(metricsPort) },
    }),
  )
  /** Adds a backend of this name to the configuration file. */
  .extend('addBackend', ({ baton }) => async (name: string) => {
    const content: Content = JSON.parse(await readFile(baton.configPath, 'utf8'))
    const [backend] = content.backends
    const backends = [...content.backends, { ...backend, name }]
    await writeFile(baton.configPath, JSON.stringify({ ...content, backends }))
  })
  /** The status of a call to a backend of this name, at each worker. */
  .extend('statusesAt', ({ baton, bothServe, person, host }) => async (name: string) => {
    const headers = { host, cookie: await person.cookies(), 'sec-fetch-site': 'same-origin' }
    const statuses: number[] = []
    for (const pid of await bothServe()) {
      const call = await connectToWorker(baton, pid)
      statuses.push((await call(`/api/backends/${name}/api/authenticated/greeting`, { headers })).status)
    }
    return statuses
  })

const told = (baton: Baton, name: string) => logLines(baton).filter(({ event }) => event === name)

test('SIGHUP takes a changed file, worker by worker, and loses no call; the log stays whole lines', async ({
  bothServe,
  addBackend,
  statusesAt,
  baton,
  host,
  metrics,
  signedIn,
  newcomer,
}) => {
  const before = await bothServe()
  expect(await statusesAt('added')).toEqual([404, 404])
  const requests = async () => (await metrics()).value('baton_http_requests_total')
  const people = await Promise.all([signedIn(), signedIn('bob')])
  const load = startLoad(
    baton.address,
    host,
    people.map((person) => ({ person, newcomer })),
  )
  await expect.poll(() => load.state.calls).toBeGreaterThan(20)
  const counted = await requests()
  await addBackend('added')
  baton.process.kill('SIGHUP')
  let most = 0
  let isAlwaysReady = true
  await expect
    .poll(async () => {
      most = Math.max(most, workerPids(baton).length)
      isAlwaysReady &&= (await fetch(`${baton.address}/api/ready`)).ok
      return told(baton, 'workers.replaced')
    })
    .toEqual([expect.objectContaining({ workers: 2 })])
  const { faults, handOffs } = await load.stop()
  expect(faults).toEqual([])
  expect(handOffs).toBeGreaterThan(4)
  expect(isAlwaysReady).toBe(true)
  expect(most).toBe(3)

  const after = await bothServe()
  expect(after.filter((pid) => before.includes(pid))).toEqual([])
  expect(await statusesAt('added')).toEqual([200, 200])
  expect(await requests()).toBeGreaterThan(counted)
  expect(told(baton, 'worker.died')).toEqual([])
  const stopping = told(baton, 'server.stopping').map(({ signal, drainSeconds }) => [signal, drainSeconds])
  expect(stopping).toEqual([
    ['replaced', 1],
    ['replaced', 1],
  ])
  const lines = baton.log().trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(100)
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) })
})

test('a file with faults is told, and the workers stay', async ({ bothServe, baton }) => {
  const content = await readFile(baton.configPath, 'utf8')
  const before = await bothServe()
  await writeFile(baton.configPath, JSON.stringify({ ...JSON.parse(content), backend: [] }))
  baton.process.kill('SIGHUP')
  await expect.poll(() => told(baton, 'workers.kept')).toHaveLength(1)
  expect(told(baton, 'workers.kept')).toEqual([
    expect.objectContaining({
      level: 'error',
      faults: [expect.stringContaining('did you mean "backends"?')],
      help: 'docs/troubleshooting.md#workers-kept',
    }),
  ])
  await writeFile(baton.configPath, content)
  expect(await bothServe()).toEqual(before)
})

test('where a new worker does not come to serve, the old ones stay', async ({ bothServe, baton }) => {
  const before = await bothServe()
  const kept = told(baton, 'workers.kept').length
  baton.process.kill('SIGHUP')
  const added = () => workerPids(baton).find((pid) => !before.includes(pid))
  await expect.poll(added, { interval: 5 }).toBeDefined()
  process.kill(added() as number, 'SIGKILL')
  await expect.poll(() => told(baton, 'workers.kept')).toHaveLength(kept + 1)
  expect(await bothServe()).toEqual(before)
})

test('a SIGHUP while workers are being replaced counts after that', async ({
  addBackend,
  statusesAt,
  bothServe,
  baton,
}) => {
  await bothServe()
  const [begun, done] = ['workers.replacing', 'workers.replaced'].map((name) => told(baton, name).length) as [
    number,
    number,
  ]
  baton.process.kill('SIGHUP')
  await expect.poll(() => told(baton, 'workers.replacing')).toHaveLength(begun + 1)
  await addBackend('later')
  baton.process.kill('SIGHUP')
  await expect.poll(() => told(baton, 'workers.replaced')).toHaveLength(done + 2)
  expect(await statusesAt('later')).toEqual([200, 200])
})

test('a SIGTERM while workers are being replaced stops all of them', async ({ bothServe, baton }) => {
  const before = await bothServe()
  const done = told(baton, 'workers.replaced').length
  const exited = once(baton.process, 'exit')
  baton.process.kill('SIGHUP')
  await expect.poll(() => workerPids(baton).length, { interval: 5 }).toBe(3)
  const pids = workerPids(baton)
  baton.process.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  expect([...before, ...pids].filter(isThere)).toEqual([])
  expect(told(baton, 'workers.replaced')).toHaveLength(done)
  expect(told(baton, 'worker.died')).toEqual([])
})
