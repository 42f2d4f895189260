import type { Costs } from './costs.ts'
import { handOffs } from './handoff-model.ts'
import type { Outcome } from './model.ts'
import { simulate } from './simulation.ts'

const seconds = 1_000
const duration = { warmUp: 2 * seconds, until: 8 * seconds }
/** Where queues are fuller than this, they grow as long as the load lasts. */
const full = 0.98

const rates = [3_000, 6_000, 12_000]
/** How busy the instances are to be: with many, with some, and with few of them. */
const aims = [0.4, 0.6, 0.8]

type Table = { header: string[]; lines: string[][] }

/** Median and 99th percentile of hand-offs, by their rate, the instances and the cores of PostgreSQL. */
export function loads(costs: Costs): Table {
  const { baton, postgres } = costs.point
  const needed = (rate: number, microseconds: number, aim: number) =>
    Math.ceil((rate * microseconds) / 1e6 / aim)
  const lines = rates.flatMap((perSecond) =>
    [0.5, 0.8].flatMap((aim) => {
      const cores = needed(perSecond, postgres, aim)
      return [...new Set(aims.map((busy) => needed(perSecond, baton, busy)))].map((instances) => {
        const outcome = simulate(handOffs(costs, { instances, cores, perSecond }), duration)
        return [perSecond, instances, cores].map(String).concat(cellsOf(outcome))
      })
    }),
  )
  return {
    header: ['hand-offs/s', 'instances', 'cores', 'p50 ms', 'p99 ms', 'Baton busy', 'PostgreSQL busy'],
    lines,
  }
}

/** What happens when one of four instances dies, by how busy the four are before. */
export function deaths(costs: Costs): Table {
  const { baton, postgres } = costs.point
  const lines = [0.4, 0.6, 0.7, 0.8].map((busy) => {
    const perSecond = Math.round((4 * busy * 1e6) / baton)
    const cores = Math.ceil((perSecond * postgres) / 1e6 / 0.6)
    const model = { ...handOffs(costs, { instances: 4, cores, perSecond }), deathAt: 4 * seconds }
    const before = simulate(model, { warmUp: 2 * seconds, until: 4 * seconds - 1 })
    const after = simulate(model, { warmUp: 4 * seconds, until: 9 * seconds })
    return [
      ...[String(perSecond), busy.toFixed(2), before.p99.toFixed(1)],
      ...[String(after.lost), afterwards(after, before)],
    ]
  })
  return {
    header: ['hand-offs/s', 'busy before', 'p99 ms before', 'lost', 'p99 ms in the five seconds after'],
    lines,
  }
}

function cellsOf({ p50, p99, busy }: Outcome): string[] {
  const { baton = 0, postgres = 0 } = busy
  const times = Math.max(baton, postgres) > full ? ['grows', 'grows'] : [p50.toFixed(1), p99.toFixed(1)]
  return [...times, baton.toFixed(2), postgres.toFixed(2)]
}

function afterwards(after: Outcome, before: Outcome): string {
  const p99 = after.p99.toFixed(1)
  return after.inside > 10 * before.inside ? `${p99}, and grows` : p99
}
