import { proxiesOf } from '../competitors/proxies.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds, proxyLoad, requireBody } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

type Body = { name: string; about: string; path: string; callers: number; body: Buffer }

/** The same body through each proxy, again and again. */
export function proxiedBody({ name, about, path, callers, body }: Body): Scenario {
  return {
    name,
    about,
    columns: loadColumns('requests'),
    compare: { subject: 'Baton' },
    rounds: roundsOfPace,
    seconds: (pace) => loadSeconds(pace, 5),
    async contenders(bench) {
      const proxies = await proxiesOf(bench)
      const check = requireBody(body)
      return proxies.map((proxy) => proxyLoad(bench, proxy, { path, callers, check }))
    },
  }
}
