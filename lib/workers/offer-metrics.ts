import type { Config } from '#lib/config/load.ts'
import { type MetricsNeeds, openRegistry } from '#lib/metrics/registry.ts'
import { serveMetrics } from '#lib/metrics/serve-metrics.ts'
import { countForPrimary, isWorker } from './worker.ts'

type Needs = MetricsNeeds & { config: Pick<Config, 'listen'> }

/**
 * Counts, and serves the metrics of this process, or gives them to the primary; does neither without
 * `METRICS_PORT`. Returns the function that ends it. Throws a plain sentence when the port cannot be listened
 * on.
 */
export async function offerMetrics(needs: Needs): Promise<() => Promise<void>> {
  const { host, metricsPort: port } = needs.config.listen
  if (port === undefined) return async () => {}
  const { registry, close } = openRegistry(needs)
  try {
    const stop = isWorker
      ? countForPrimary(() => registry.getMetricsAsJSON())
      : await serveMetrics({ host, port }, () => registry.metrics())
    return async () => {
      await stop()
      close()
    }
  } catch (error) {
    close()
    throw error
  }
}
