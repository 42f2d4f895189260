import { kilobyte } from '../backend/bodies.ts'
import type { Bench } from '../bench.ts'
import { type Baton, batonOf } from '../competitors/baton.ts'
import { portOf } from '../competitors/proxy.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Caller } from '../measure/load.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { cookieOf, manySessions } from '../partners/many-sessions.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds, proxyLoad, requireBody } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'
import { underLoad } from './under-load.ts'

const callers = 16
const check = requireBody(kilobyte)

/** What a call costs whose session this process does not know. */
export const coldSessions: Scenario = {
  name: 'cold-sessions',
  about:
    `1 kB of JSON from the backend, ${callers} callers at a time: calls in sessions that Baton has in ` +
    'memory, and calls of which each is the first of its session. A session is used again when all others ' +
    'have been, so that memory has forgotten it.',
  columns: loadColumns('requests'),
  compare: { subject: 'in memory' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 2),
  async contenders(bench) {
    const baton = await batonOf(bench, 'postgres')
    const known = { ...baton, name: 'in memory' }
    return [proxyLoad(bench, known, { path: '/json', callers, check }), await firstCalls(bench, baton)]
  },
}

async function firstCalls(bench: Bench, baton: Baton) {
  const count = bench.pace.quick ? 30_000 : 200_000
  const sids = await bench.once(`${count} sessions`, () => manySessions(baton, count))
  let used = 0
  const next = () => cookieOf(baton, sids[used++ % sids.length] ?? '')
  const open = async (index: number): Promise<Caller> => {
    const connection = await HttpConnection.open(portOf(baton, index))
    return {
      async call() {
        const headers = { ...baton.headers(index), cookie: next() }
        check(await connection.request(getRequest(`${baton.prefix}/json`, headers)), baton)
      },
      close: () => connection.close(),
    }
  }
  return underLoad(bench, { name: 'each the first', pids: baton.pids, callers, open })
}
