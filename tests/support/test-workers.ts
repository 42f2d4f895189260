import { expect } from 'vitest'
import { freePort } from './free-port.ts'
import { scrape } from './scrape.ts'
import type { Setup } from './stage.ts'
import { test as base, perFile } from './test.ts'
import { connectToWorker, workerPids } from './worker-processes.ts'

/** Tests with a Baton of two workers that has metrics. */
export const test = base
  .extend('metricsPort', perFile, () => freePort())
  .extend(
    'setup',
    perFile,
    ({ metricsPort }): Setup => ({
      config: (partners) => partners.config({ trustedProxies: ['127.0.0.0/8'] }),
      env: { WEB_CONCURRENCY: '2', METRICS_PORT: String(metricsPort) },
    }),
  )
  .extend(
    'metrics',
    perFile,
    ({ metricsPort, baton: _ }) =>
      () =>
        scrape(`http://127.0.0.1:${metricsPort}`),
  )
  /** Waits until both workers serve and no other one is left; gives their process ids. */
  .extend('bothServe', perFile, ({ metrics, baton }) => async (): Promise<[number, number]> => {
    const state = async () => {
      const { value } = await metrics()
      return ['starting', 'serving', 'stopping'].map((each) => value('baton_workers', { state: each }))
    }
    await expect.poll(state).toEqual([0, 2, 0])
    const pids = workerPids(baton)
    expect(pids).toHaveLength(2)
    return pids as [number, number]
  })
  /** A connection to each of the two workers. */
  .extend('connected', perFile, ({ bothServe, baton }) => async () => {
    const [one, other] = await bothServe()
    return [await connectToWorker(baton, one), await connectToWorker(baton, other)] as const
  })
