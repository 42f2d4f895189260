import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Config } from '#lib/config/load.ts'
import { countReports } from './counted.ts'
import { addGauges, type GaugeNeeds } from './gauges.ts'

export type MetricsNeeds = GaugeNeeds & {
  config: Pick<Config, 'backends' | 'providers'>
  limits: { names: string[] }
}

// They are gauges under a name for counters; the same without `_total` stay.
const misnamed = ['nodejs_active_handles', 'nodejs_active_requests', 'nodejs_active_resources']

const percentiles = ['p50', 'p90', 'p99']

/** Makes the registry of all metrics. `close` ends the counting. */
export function openRegistry(needs: MetricsNeeds): { registry: Registry; close(): void } {
  const { config, limits } = needs
  const registry = new Registry()
  const close = countReports(registry, {
    backends: config.backends.map(({ name }) => name),
    providers: config.providers.map(({ id }) => id),
    limits: limits.names,
  })
  addGauges(registry, needs)
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(`${name}_total`)
  // Where workers are summed up, the one that is late counts, and none that idles beside it.
  for (const name of [
    'nodejs_eventloop_lag_seconds',
    ...percentiles.map((part) => `nodejs_eventloop_lag_${part}_seconds`),
  ])
    Object.assign(registry.getSingleMetric(name) ?? {}, { aggregator: 'max' })
  return { registry, close }
}
