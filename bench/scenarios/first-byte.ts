import { proxiesOf } from '../competitors/proxies.ts'
import { type ProxyServer, portOf } from '../competitors/proxy.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Values } from '../measure/interleave.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { percentile } from '../measure/statistics.ts'
import { WrongAnswer } from '../measure/wrong-answer.ts'
import { backendOf } from '../partners/backend.ts'
import type { Scenario } from './scenario.ts'

/** How long the backend waits after the first bytes, in milliseconds. */
const heldBack = 100

export const firstByte: Scenario = {
  name: 'first-byte',
  about: `The backend sends its first bytes, and the rest after ${heldBack} ms: when the first ones arrive.`,
  columns: [
    { key: 'p50', title: 'p50 ms', digits: 2 },
    { key: 'p99', title: 'p99 ms', digits: 2 },
  ],
  compare: { subject: 'Baton' },
  rounds: ({ quick, rounds }) => (quick ? 1 : rounds),
  seconds: ({ quick, rounds, firstBytes }) =>
    (6 * (quick ? 1 : rounds) * firstBytes * (heldBack + 10)) / 1000,
  async contenders(bench) {
    const proxies = [await backendOf(bench), ...(await proxiesOf(bench))]
    return proxies.map((proxy) => ({
      name: proxy.name,
      measure: () => measured(proxy, bench.pace.firstBytes),
    }))
  },
}

async function measured(proxy: ProxyServer, times: number): Promise<Values> {
  const connection = await HttpConnection.open(portOf(proxy, 0))
  try {
    const delays: number[] = []
    for (let time = 0; time <= times; time++) delays.push(await delayOf(proxy, connection))
    // The first call also opens the proxy's own connection.
    const counted = delays.slice(1)
    return { p50: percentile(counted, 0.5), p99: percentile(counted, 0.99) }
  } finally {
    connection.close()
  }
}

async function delayOf(proxy: ProxyServer, connection: HttpConnection): Promise<number> {
  let text = ''
  let arrived = 0n
  const request = getRequest(`${proxy.prefix}/first-byte/${heldBack}`, proxy.headers(0))
  const { status } = await connection.request(request, (chunk) => {
    if (arrived === 0n) arrived = process.hrtime.bigint()
    text += chunk.toString()
  })
  const sent = /^(\d+)\nthe rest\n$/.exec(text)?.[1]
  if (status !== 200 || !sent) throw new WrongAnswer(proxy.name, `${status}, ${text.slice(0, 200)}`)
  return Number(arrived - BigInt(sent)) / 1e6
}
