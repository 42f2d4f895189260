import { Counter, Gauge, type Registry } from 'prom-client'

export type WorkerState = 'starting' | 'serving' | 'stopping'

const states: WorkerState[] = ['starting', 'serving', 'stopping']

/** What the primary knows of its workers. */
type CrewState = {
  workers: { state: WorkerState }[]
  deaths: number
}

/** Adds what the primary counts itself. */
export function addWorkerMetrics(registry: Registry, crew: () => CrewState): void {
  const registers = [registry]
  new Gauge({
    name: 'baton_workers',
    help: 'Worker processes, by state; with WEB_CONCURRENCY above 1 alone.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of states)
        this.set({ state }, crew().workers.filter((worker) => worker.state === state).length)
    },
  })
  new Counter({
    name: 'baton_worker_deaths_total',
    help: 'Workers that have ended and were not asked to; with WEB_CONCURRENCY above 1 alone.',
    registers,
    collect() {
      this.reset()
      this.inc(crew().deaths)
    },
  })
}
