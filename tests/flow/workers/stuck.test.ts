import { once } from 'node:events'
import { expect } from 'vitest'
import { logLines } from '../../support/log-lines.ts'
import { test } from '../../support/test-workers.ts'
import { isThere } from '../../support/worker-processes.ts'

test('a worker that does not stop is killed, and the exit code says so', async ({ bothServe, baton }) => {
  const pids = await bothServe()
  const exited = once(baton.process, 'exit')
  process.kill(pids[0], 'SIGSTOP')
  baton.process.kill('SIGTERM')
  expect(await exited).toEqual([1, null])
  expect(pids.filter(isThere)).toEqual([])
  expect(logLines(baton).filter(({ event }) => event === 'worker.killed')).toHaveLength(1)
})
