import type { Column } from './scenario.ts'

/** The columns of a scenario under steady load. `what` is counted per second. */
export function loadColumns(what: string): Column[] {
  return [
    { key: 'perSecond', title: `${what}/s`, better: 'more', digits: 0 },
    { key: 'cpuMicroseconds', title: 'CPU µs each', better: 'less', digits: 0 },
    { key: 'p50', title: 'p50 ms', digits: 2 },
    { key: 'p99', title: 'p99 ms', better: 'less', digits: 2 },
    { key: 'busy', title: 'cores busy', digits: 2 },
  ]
}
