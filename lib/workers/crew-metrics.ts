import * as library from 'prom-client'
import type { Snapshot } from './messages.ts'
import type { OneWorker } from './one-worker.ts'
import { addWorkerMetrics } from './worker-metrics.ts'

/** Milliseconds for which a scrape waits for a worker. */
const patience = 1_000

// What its types leave out.
const { sum } = (library as unknown as { aggregators: { sum(metrics: Snapshot): Snapshot[number] } })
  .aggregators

type WorkingCrew = { workers: OneWorker[]; deaths: number }

/** The metrics of all workers of an instance, with what those that have ended had counted. */
export class CrewMetrics {
  readonly #crew: () => WorkingCrew
  readonly #own = new library.Registry()
  #ended: Snapshot = []

  constructor(crew: () => WorkingCrew) {
    this.#crew = crew
    addWorkerMetrics(this.#own, crew)
    // Each worker has one too; the instance has this.
    const started = Date.now() / 1000 - process.uptime()
    const name = 'process_start_time_seconds'
    const help = 'Start time of the process since unix epoch in seconds.'
    new library.Gauge({ name, help, aggregator: 'first', registers: [this.#own] }).set(started)
  }

  /** Keeps the counters of a worker that has ended, so that none goes back. */
  keep({ counted = [] }: OneWorker): void {
    const counters = counted.filter(({ type }) => `${type}` !== 'gauge')
    const byName = Map.groupBy([...this.#ended, ...counters], ({ name }) => name)
    this.#ended = [...byName.values()].map(sum)
  }

  /** In the text format of Prometheus. A worker that does not answer counts as when it last did. */
  async text(): Promise<string> {
    const own = await this.#own.getMetricsAsJSON()
    await Promise.all(this.#crew().workers.map((worker) => worker.count(patience)))
    // Of one moment: a worker is either among these or among those that have ended.
    const now = this.#crew().workers.map(({ counted = [] }) => counted)
    return library.AggregatorRegistry.aggregate([own, ...now, this.#ended]).metrics()
  }
}
