import { guideName } from '../competitors/authjs-guide.ts'
import { betterAuthName } from '../competitors/better-auth.ts'
import { plainProxyName } from '../competitors/plain-proxy.ts'
import type { Row, Summary } from './summary.ts'

type Goal = { goal: string; measured: string; reached: boolean }

type Judge = (rows: Map<string, Row>) => Goal | undefined

/** The goals of Baton by scenario. Missing one fails nothing: numbers of a shared machine prove nothing. */
const judges: Record<string, Judge[]> = {
  'json-32': [
    fasterThan(guideName, 20),
    fasterThan(plainProxyName, 0.6),
    fasterThan(plainProxyName, 0.8),
    (rows) => {
      const ratio = rows.get(plainProxyName)?.ratios.p99
      if (ratio === undefined) return undefined
      const times = 1 / ratio
      return {
        goal: `p99 at most 3 times that of ${plainProxyName}`,
        measured: fixed(times),
        reached: times <= 3,
      }
    },
  ],
  'transfer-down': [growsBy(32)],
  'transfer-up': [growsBy(32)],
  'first-byte': [
    (rows) => {
      const [baton, backend] = [rows.get('Baton')?.values.p99, rows.get('the backend itself')?.values.p99]
      if (baton === undefined || backend === undefined) return undefined
      const later = baton - backend
      const measured = `${fixed(later)} ms (p99)`
      return { goal: 'the first byte at most 10 ms after the backend itself', measured, reached: later <= 10 }
    },
  ],
  // A log line may cost a twentieth of a call.
  'access-line': [fasterThan('Baton, LOG_LEVEL=info', 0.95, 'Baton without access lines')],
  handoff: [fasterThan(betterAuthName, 5)],
  'cold-start': [
    (rows) => {
      const ratio = rows.get('next start')?.ratios.milliseconds
      if (ratio === undefined) return undefined
      const times = 1 / ratio
      const goal = 'cold start under 2.5 times that of a bare next start'
      return { goal, measured: fixed(times), reached: times < 2.5 }
    },
  ],
}

/** Returns the goals of a scenario, and whether Baton reached them. */
export function goalsOf({ scenario, rows }: Summary): Goal[] {
  const byName = new Map(rows.map((row) => [row.contender, row]))
  return (judges[scenario.name] ?? []).map((judge) => judge(byName)).filter((goal) => goal !== undefined)
}

// A server that leaves its core idle waited for the generator. Then CPU time shows which is faster, so the
// lower ratio decides.
function fasterThan(contender: string, times: number, other = contender): Judge {
  return (rows) => {
    const ratios = rows.get(contender)?.ratios
    if (ratios?.perSecond === undefined) return undefined
    const { perSecond, cpuMicroseconds = Number.NaN } = ratios
    const lower = Number.isNaN(cpuMicroseconds) ? perSecond : Math.min(perSecond, cpuMicroseconds)
    return {
      goal: `at least ${times} times ${other}`,
      measured: `${fixed(perSecond)} by rate, ${fixed(cpuMicroseconds)} by CPU`,
      reached: lower >= times,
    }
  }
}

function growsBy(most: number): Judge {
  return (rows) => {
    const grown = rows.get('Baton')?.values.grown
    if (grown === undefined || Number.isNaN(grown)) return undefined
    return {
      goal: `memory grows by at most ${most} MB`,
      measured: `${fixed(grown)} MB`,
      reached: grown <= most,
    }
  }
}

function fixed(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 2 : 1)
}
