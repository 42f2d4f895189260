import { kilobyte } from '../backend/bodies.ts'
import { batonOfWorkers } from '../competitors/baton.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds, proxyLoad, requireBody } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

const counts = [1, 2]

/** The proxy with one worker, which is one process alone, and with two under a primary. */
export const workers: Scenario = {
  name: 'workers',
  about:
    '1 kB of JSON, 32 callers, by one instance of Baton on PostgreSQL with 1 and 2 workers, on any free ' +
    "core (the generator's and the database's included); CPU is that of all its processes.",
  columns: loadColumns('requests'),
  compare: { base: 'Baton, 1 worker' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, counts.length),
  async contenders(bench) {
    const batons = await Promise.all(counts.map((count) => batonOfWorkers(bench, count)))
    const check = requireBody(kilobyte)
    return batons.map((baton) => proxyLoad(bench, baton, { path: '/json', callers: 32, check }))
  },
}
