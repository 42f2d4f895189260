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
  return { registry, close }
}
