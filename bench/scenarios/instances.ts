import { kilobyte } from '../backend/bodies.ts'
import type { Bench } from '../bench.ts'
import { type Baton, clusterOf } from '../competitors/baton.ts'
import type { Contender } from '../measure/interleave.ts'
import { batonHandoffs } from './handoff.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds, proxyLoad, requireBody } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

const counts = [1, 2, 4]
const most = Math.max(...counts)

const about =
  "by 1, 2 and 4 instances of Baton on one PostgreSQL; the callers' connections go round-robin over the " +
  "instances, which run on any free core (the generator's and the database's included)."

/** The proxy on several instances. */
export const instancesJson: Scenario = growth(
  'instances-json',
  'requests',
  `1 kB of JSON, 32 callers, ${about}`,
  (bench, baton) => proxyLoad(bench, baton, { path: '/json', callers: 32, check: requireBody(kilobyte) }),
)

/** Hand-offs on several instances: any instance may redeem a nonce of another. */
export const instancesHandoff: Scenario = growth(
  'instances-handoff',
  'hand-offs',
  `Hand-offs, ${about}`,
  (bench, baton) => batonHandoffs(bench, baton, { name: baton.name }),
)

function growth(
  name: string,
  what: string,
  text: string,
  contender: (bench: Bench, baton: Baton) => Contender | Promise<Contender>,
): Scenario {
  return {
    name,
    about: text,
    columns: loadColumns(what),
    compare: { base: named(1) },
    rounds: roundsOfPace,
    seconds: (pace) => loadSeconds(pace, counts.length),
    async contenders(bench) {
      const cluster = await clusterOf(bench, most)
      return Promise.all(counts.map((count) => contender(bench, firstOf(cluster, count))))
    },
  }
}

function firstOf(cluster: Baton, count: number): Baton {
  const { pids, ports } = cluster
  return { ...cluster, name: named(count), pids: pids.slice(0, count), ports: ports.slice(0, count) }
}

function named(count: number): string {
  return `Baton, ${count} ${count === 1 ? 'instance' : 'instances'}`
}
