import { once } from 'node:events'
import { expect } from 'vitest'
import type { Reply } from '../../support/clients/http-call.ts'
import { logLines } from '../../support/log-lines.ts'
import { test as base } from '../../support/test-workers.ts'
import { connectToWorker, isThere, workerPids } from '../../support/worker-processes.ts'

const slow = '/api/backends/demo/api/authenticated/slow?ms=2000'

const test = base
  /** Starts one more Baton of two workers, with a call that runs at each of them. */
  .extend(
    'busy',
    ({ startAnother, metricsPort, person, host, partners, stage, baton: first }) =>
      async (drain: string) => {
        expect([metricsPort, stage.publicPort]).toHaveLength(2)
        const baton = await startAnother({ env: { WEB_CONCURRENCY: '2', DRAIN_SECONDS: drain } })
        await expect
          .poll(() => logLines(baton).filter(({ event }) => event === 'server.started'))
          .toHaveLength(3)
        const pids = workerPids(baton)
        const headers = { host, cookie: await person.cookies(), 'sec-fetch-site': 'same-origin' }
        const calls: Promise<Reply>[] = []
        for (const pid of pids) {
          const call = await connectToWorker(baton, pid)
          const atBackend = once(partners.backendServer, 'request')
          calls.push(call(slow, { headers }))
          await atBackend
        }
        return { baton, pids, calls, first, exited: once(baton.process, 'exit') }
      },
  )

test('SIGTERM lets the calls of all workers finish, and the exit code is 0', async ({ busy }) => {
  const { baton, pids, calls, exited } = await busy('0')
  baton.process.kill('SIGTERM')
  for (const answer of await Promise.all(calls)) expect(answer.json()).toEqual({ waited: 2000 })
  expect(await exited).toEqual([0, null])
  expect(pids.filter(isThere)).toEqual([])
  const stopped = logLines(baton).filter(({ event }) => event === 'server.stopped')
  expect(stopped.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  expect(stopped.at(-1)).not.toHaveProperty('worker')
  expect(logLines(baton).at(-1)).toEqual(stopped.at(-1))
})

test('a signal to all processes at once counts once, and the next one has them hurry', async ({ busy }) => {
  const { baton, pids, calls, exited } = await busy('600')
  const all = [baton.process.pid as number, ...pids]
  for (const pid of all) process.kill(pid, 'SIGTERM')
  const stopping = () => logLines(baton).filter(({ event }) => event === 'server.stopping')
  await expect.poll(stopping).toHaveLength(3)
  await Promise.all(calls)
  // It still takes calls: one signal has come, from two sides.
  expect((await fetch(`${baton.address}/api/health`)).status).toBe(200)
  expect((await fetch(`${baton.address}/api/ready`)).status).toBe(503)
  for (const pid of all) process.kill(pid, 'SIGTERM')
  expect(await exited).toEqual([0, null])
})

test('a worker that dies of itself while all stop makes the exit code 1', async ({ busy }) => {
  const { baton, pids, calls, exited } = await busy('0')
  for (const call of calls) call.catch(() => {})
  baton.process.kill('SIGTERM')
  await expect.poll(() => logLines(baton).filter(({ event }) => event === 'server.stopping')).toHaveLength(3)
  process.kill(pids[0] as number, 'SIGKILL')
  expect(await exited).toEqual([1, null])
  expect(logLines(baton).filter(({ event }) => event === 'worker.died')).toEqual([])
})

test('workers whose primary is killed finish their calls and end', async ({ busy }) => {
  const { baton, pids, calls } = await busy('0')
  await baton.kill()
  for (const answer of await Promise.all(calls)) expect(answer.json()).toEqual({ waited: 2000 })
  await expect.poll(() => pids.filter(isThere)).toEqual([])
})

test('SIGHUP at a worker does nothing', async ({ busy }) => {
  const { baton, pids, calls } = await busy('0')
  for (const pid of pids) process.kill(pid, 'SIGHUP')
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200])
  expect(workerPids(baton)).toEqual(pids)
  expect(await baton.stop()).toBe(0)
})
