import { kilobyte } from '../backend/bodies.ts'
import { proxiesOf } from '../competitors/proxies.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds, proxyLoad, requireBody } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

/** 1 kB of JSON through each proxy, with so many callers at a time. */
export function json(callers: number): Scenario {
  return {
    name: `json-${callers}`,
    about: `1 kB of JSON from the backend, ${callers} ${callers === 1 ? 'caller' : 'callers at a time'}.`,
    columns: loadColumns('requests'),
    compare: { subject: 'Baton' },
    rounds: roundsOfPace,
    seconds: (pace) => loadSeconds(pace, 5),
    async contenders(bench) {
      const proxies = await proxiesOf(bench)
      return proxies.map((proxy) =>
        proxyLoad(bench, proxy, {
          path: '/json',
          callers,
          check: (answer, of) => requireBody(answer, of, kilobyte),
        }),
      )
    },
  }
}
