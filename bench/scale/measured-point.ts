import type { Costs } from './costs.ts'
import { measuredPoint } from './handoff-model.ts'
import { simulate } from './simulation.ts'

/** How far the simulated rate and median may be from the measured ones. */
const near = 0.15
const duration = { warmUp: 2_000, until: 32_000 }

type Comparison = { header: string[]; lines: string[][]; isNear: boolean }

/** The measured point beside the simulated one. The slowest calls are shown, and not compared. */
export function comparison(costs: Costs): Comparison {
  const { perSecond, p50, p99, busy } = costs.point
  const simulated = simulate(measuredPoint(costs), duration)
  const baton = simulated.busy.baton ?? 0
  const rows: [name: string, measured: number, simulated: number, digits: number, isCompared: boolean][] = [
    ['hand-offs/s', perSecond, simulated.perSecond, 0, true],
    ['p50 ms', p50, simulated.p50, 1, true],
    ['p99 ms', p99, simulated.p99, 1, false],
    ['cores busy, Baton', busy, baton, 2, false],
  ]
  return {
    header: ['', 'measured', 'simulated', 'simulated / measured'],
    lines: rows.map(([name, measured, other, digits]) => [
      name,
      measured.toFixed(digits),
      other.toFixed(digits),
      (other / measured).toFixed(2),
    ]),
    isNear: rows.every(
      ([, measured, other, , isCompared]) => !isCompared || Math.abs(other / measured - 1) <= near,
    ),
  }
}
