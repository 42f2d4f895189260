import cluster from 'node:cluster'
import { expect, onTestFinished, test, vi } from 'vitest'
import { OneWorker } from '#lib/workers/one-worker.ts'

test('a fork that the system refuses is a worker that has ended at once, with the reason', async () => {
  const fork = vi.spyOn(cluster, 'fork').mockImplementation(() => {
    throw new Error('spawn ENOMEM')
  })
  onTestFinished(() => fork.mockRestore())
  const worker = new OneWorker()
  expect(await worker.serves).toBe(false)
  expect(await worker.ended).toMatchObject({ lived: 0, reason: expect.stringContaining('ENOMEM') })
  // Nothing of it is there to be stopped, asked or killed.
  worker.stop('SIGTERM')
  worker.ask()
  worker.kill()
  await worker.count(10)
})
