import { guideName } from '../competitors/authjs-guide.ts'
import { betterAuthName } from '../competitors/better-auth.ts'
import { modAuthOpenidcName } from '../competitors/mod-auth-openidc.ts'
import { plainOidcProviderName } from '../competitors/plain-oidc-provider.ts'
import { plainProxyName } from '../competitors/plain-proxy.ts'
import type { Row, Summary } from './summary.ts'

type Goal = { goal: string; measured: string; reached: boolean }

type Rows = Map<string, Row>

/** `undefined` where what it compares was not measured. */
type Judge = (rows: Rows) => Goal | undefined

/** The goals of Baton by scenario. Missing one fails nothing: numbers of a shared machine prove nothing. */
const judges: Record<string, Judge[]> = {
  'json-32': [
    fasterThan(guideName, 40),
    fasterThan(plainProxyName, 0.75),
    fasterThan(modAuthOpenidcName, 2),
    atMost(1, `times the p99 of ${plainProxyName}`, (rows) => 1 / ratio(rows, plainProxyName, 'p99')),
  ],
  'transfer-down': [atMost(32, 'MB more memory', (rows) => value(rows, 'Baton', 'grown'))],
  'transfer-up': [atMost(32, 'MB more memory', (rows) => value(rows, 'Baton', 'grown'))],
  'first-byte': [
    atMost(
      10,
      'ms after the first byte of the backend itself (p99)',
      (rows) => value(rows, 'Baton', 'p99') - value(rows, 'the backend itself', 'p99'),
    ),
  ],
  // A log line may cost a twentieth of a call.
  'access-line': [fasterThan('Baton, LOG_LEVEL=info', 0.95, 'Baton without access lines')],
  handoff: [fasterThan(betterAuthName, 8)],
  'handoff-page': [
    atMost(900, 'µs with its page', (rows) => value(rows, 'Baton, with its page', 'cpuMicroseconds')),
  ],
  'handoff-standing': [
    atMost(
      1.5,
      'times a hand-off without a standing session, by CPU',
      (rows) => 1 / ratio(rows, 'Baton, over a standing session', 'cpuMicroseconds'),
    ),
  ],
  'get-session': [fasterThan(plainOidcProviderName, 1.5)],
  introspection: [fasterThan(plainOidcProviderName, 0.4)],
  'cold-sessions': [
    atMost(200, 'µs for a first call', (rows) => value(rows, 'each the first', 'cpuMicroseconds')),
  ],
  endings: [atMost(0.05, 'of a core', (rows) => value(rows, '10000 endings/s', 'busy'), 3)],
  sweep: [atMost(100, 'ms with 10^6 sessions', (rows) => value(rows, '10^6 sessions', 'milliseconds'))],
  workers: [
    atMost(
      1.1,
      'times the CPU of a call with one worker',
      (rows) => 1 / ratio(rows, 'Baton, 2 workers', 'cpuMicroseconds'),
    ),
  ],
  'cold-start': [
    atMost(2.5, 'times a bare next start', (rows) => 1 / ratio(rows, 'next start', 'milliseconds')),
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
    const perSecond = ratio(rows, contender, 'perSecond')
    if (Number.isNaN(perSecond)) return undefined
    const cpu = ratio(rows, contender, 'cpuMicroseconds')
    const lower = Number.isNaN(cpu) ? perSecond : Math.min(perSecond, cpu)
    return {
      goal: `at least ${times} times ${other}`,
      measured: `${fixed(perSecond)} by rate, ${fixed(cpu)} by CPU`,
      reached: lower >= times,
    }
  }
}

function atMost(most: number, what: string, measure: (rows: Rows) => number, digits?: number): Judge {
  return (rows) => {
    const measured = measure(rows)
    if (Number.isNaN(measured)) return undefined
    return { goal: `at most ${most} ${what}`, measured: fixed(measured, digits), reached: measured <= most }
  }
}

function value(rows: Rows, contender: string, key: string): number {
  return rows.get(contender)?.values[key] ?? Number.NaN
}

function ratio(rows: Rows, contender: string, key: string): number {
  return rows.get(contender)?.ratios[key] ?? Number.NaN
}

function fixed(number: number, digits = number < 10 ? 2 : 1): string {
  return Number.isNaN(number) ? '–' : number.toFixed(digits)
}
