import { bytes } from '../backend/bodies.ts'
import { proxiesOf } from '../competitors/proxies.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds, proxyLoad, requireBody } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

const size = 1024 * 1024
const body = Buffer.concat([...bytes(size)])

export const megabyte: Scenario = {
  name: 'megabyte',
  about: 'An answer of 1 MB, 8 callers at a time.',
  columns: loadColumns('requests'),
  compare: { subject: 'Baton' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 5),
  async contenders(bench) {
    const proxies = await proxiesOf(bench)
    return proxies.map((proxy) =>
      proxyLoad(bench, proxy, {
        path: `/bytes/${size}`,
        callers: 8,
        check: (answer, of) => requireBody(answer, of, body),
      }),
    )
  },
}
