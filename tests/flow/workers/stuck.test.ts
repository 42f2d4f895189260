import { once } from 'node:events'
import { expect } from 'vitest'
import { logLines } from '../../support/log-lines.ts'
import { test } from '../../support/test-workers.ts'
import { isThere, workerPids } from '../../support/worker-processes.ts'

test('a worker that does not answer is killed, and another one takes its place', async ({
  bothServe,
  baton,
}) => {
  const pids = await bothServe()
  process.kill(pids[0], 'SIGSTOP')
  const killed = () => logLines(baton).filter(({ event }) => event === 'worker.killed')
  await expect.poll(killed, { timeout: 90_000 }).toHaveLength(1)
  const others = () => workerPids(baton).filter((pid) => pid !== pids[0])
  await expect.poll(others).toHaveLength(2)
  expect(others()).toContain(pids[1])
  await bothServe()
})

test('a worker that does not stop is killed, and the exit code says so', async ({ bothServe, baton }) => {
  const pids = await bothServe()
  const exited = once(baton.process, 'exit')
  process.kill(pids[0], 'SIGSTOP')
  baton.process.kill('SIGTERM')
  expect(await exited).toEqual([1, null])
  expect(pids.filter(isThere)).toEqual([])
  const reasons = logLines(baton).flatMap(({ event, reason }) => (event === 'worker.killed' ? reason : []))
  expect(reasons.at(-1)).toBe('it did not stop in time')
})
