import type { Costs } from './costs.ts'
import { between, lognormal } from './draws.ts'
import type { Model, Step } from './model.ts'

/** The deviation of service times, as a part of their mean. */
const spread = 0.5
/** Connections that a process keeps to PostgreSQL: the default of `pg`. */
const connections = 10
/** Milliseconds of a round trip to PostgreSQL within one place. */
const network = 0.3

/**
 * The hand-offs of several instances on one PostgreSQL, each on cores of its own. A hand-off is two requests
 * that take half of its CPU time each, before and after their statements. The last commit waits for the disk:
 * for the write that is under way, and for its own.
 */
export function handOffs(
  costs: Costs,
  { instances, cores, perSecond }: { instances: number; cores: number; perSecond: number },
): Model {
  return {
    ofInstance: { baton: 1, connection: connections },
    instances,
    shared: { postgres: cores },
    operation: requestsOf(costs, { database: 'postgres', network, before: [] }),
    load: { perSecond },
  }
}

/** The point that was measured: one instance on a core, and all else on the other one. */
export function measuredPoint(costs: Costs): Model {
  const generator = milliseconds(costs.point.generator / 2)
  return {
    ofInstance: { baton: 1, connection: connections },
    instances: 1,
    shared: { other: 1 },
    operation: requestsOf(costs, {
      database: 'other',
      network: 0,
      before: [{ use: 'other', for: lognormal(generator, spread) }],
    }),
    load: { callers: costs.point.callers },
  }
}

type Around = { database: string; network: number; before: Step[] }

/** The statements of its two requests: look for the person and issue; redeem. */
const statements = [2, 1]
const allStatements = 3

function requestsOf({ point, flush }: Costs, { database, network: trip, before }: Around): Step[][] {
  const use = (station: string, microseconds: number): Step => {
    return { use: station, for: lognormal(milliseconds(microseconds), spread) }
  }
  const pass = (least: number, most = least): Step => ({ pass: between(least, most) })
  return statements.map((count, request) => {
    const work = use('baton', point.baton / statements.length / (count + 1))
    const waitsForDisk = request === statements.length - 1
    const statement = [
      { take: 'connection' },
      pass(trip / 2),
      use(database, point.postgres / allStatements),
      ...(waitsForDisk ? [pass(flush.milliseconds, 2 * flush.milliseconds)] : []),
      pass(trip / 2),
      work,
      { give: 'connection' },
    ]
    return [...before, work, ...Array.from({ length: count }, () => statement).flat()]
  })
}

function milliseconds(microseconds: number): number {
  return microseconds / 1000
}
