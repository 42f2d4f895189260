import { freePort } from './free-port.ts'
import { fullConfig } from './full-config.ts'
import { scrape } from './scrape.ts'
import type { Setup } from './stage.ts'
import { test as base, perFile } from './test.ts'

/** Tests with a Baton that has metrics. */
export const test = base
  .extend('metricsPort', perFile, () => freePort())
  .extend('deadPort', perFile, () => freePort())
  .extend(
    'setup',
    perFile,
    ({ metricsPort, deadPort }): Setup => ({
      env: { METRICS_PORT: String(metricsPort) },
      config: (partners) =>
        fullConfig(partners, {
          backends: [
            partners.backendOfBoth,
            { ...partners.backendOfBoth, name: 'dead', url: `http://127.0.0.1:${deadPort}` },
          ],
          limits: { nonces: { max: 20, seconds: 600 } },
        }),
    }),
  )
  /** Where the metrics are. */
  .extend('metricsAddress', perFile, ({ metricsPort }) => `http://127.0.0.1:${metricsPort}`)
  .extend(
    'metrics',
    perFile,
    ({ metricsAddress, baton: _ }) =>
      () =>
        scrape(metricsAddress),
  )
