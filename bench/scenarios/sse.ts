import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { proxiesOf } from '../competitors/proxies.ts'
import { type ProxyServer, portOf } from '../competitors/proxy.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Values } from '../measure/interleave.ts'
import { cpuMicroseconds, residentMegabytes } from '../measure/process-usage.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { percentile } from '../measure/statistics.ts'
import { WrongAnswer } from '../measure/wrong-answer.ts'
import { backendOf } from '../partners/backend.ts'
import type { Scenario } from './scenario.ts'

const betweenEvents = 100
const patience = 20_000
const atATime = 50

export const sse: Scenario = {
  name: 'sse',
  about: 'Server-sent events to 1,000 streams at once; every stream has to get every event.',
  columns: [
    { key: 'p50', title: 'delivery p50 ms', digits: 1 },
    { key: 'p99', title: 'delivery p99 ms', better: 'less', digits: 1 },
    { key: 'cpuMicroseconds', title: 'CPU µs an event and stream', better: 'less', digits: 1 },
    { key: 'resident', title: 'memory held, MB', digits: 0 },
    { key: 'perStream', title: 'memory grown, kB a stream', summary: 'highest', digits: 1 },
  ],
  compare: { subject: 'Baton' },
  rounds: ({ quick, rounds }) => (quick ? 1 : rounds),
  seconds: ({ quick, rounds, events }) => 5 * (quick ? 1 : rounds) * (2 + (events * betweenEvents) / 500),
  async contenders(bench) {
    const backend = await backendOf(bench)
    const proxies = await proxiesOf(bench)
    return proxies.map((proxy) => ({
      name: proxy.name,
      measure: () => measured(proxy, backend, bench.pace),
    }))
  },
}

type Fan = {
  channel: string
  connections: HttpConnection[]
  delays: number[]
  received: number
  opened: number
  failure?: Error
}

async function measured(
  proxy: ProxyServer,
  backend: ProxyServer,
  { streams, events }: { streams: number; events: number },
): Promise<Values> {
  const heldBefore = residentMegabytes(proxy.pids)
  const fan: Fan = { channel: randomUUID(), connections: [], delays: [], received: 0, opened: 0 }
  const publisher = await HttpConnection.open(portOf(backend, 0))
  try {
    for (let index = 0; index < streams; index += atATime) {
      const some = Array.from({ length: Math.min(atATime, streams - index) }, (_, more) => index + more)
      await Promise.all(some.map((one) => listenOn(proxy, one, fan)))
      await until(proxy, fan, () => fan.opened >= index + some.length, 'a stream did not begin')
    }
    const cpuBefore = cpuMicroseconds(proxy.pids)
    for (let id = 1; id <= events; id++) {
      await publish(publisher, backend, { channel: fan.channel, id, streams })
      await until(proxy, fan, () => fan.received >= id * streams, `event ${id} did not reach every stream`)
      await sleep(betweenEvents)
    }
    const resident = residentMegabytes(proxy.pids)
    return {
      p50: percentile(fan.delays, 0.5),
      p99: percentile(fan.delays, 0.99),
      cpuMicroseconds: (cpuMicroseconds(proxy.pids) - cpuBefore) / fan.delays.length,
      resident,
      perStream: ((resident - heldBefore) * 1024) / streams,
    }
  } finally {
    // By the backend: a proxy that does not watch its callers would hold their streams for ever.
    await publisher.request(getRequest(`/end/${fan.channel}`, backend.headers(0)))
    publisher.close()
    for (const connection of fan.connections) connection.close()
  }
}

async function listenOn(proxy: ProxyServer, index: number, fan: Fan): Promise<void> {
  const connection = await HttpConnection.open(portOf(proxy, index))
  fan.connections.push(connection)
  let text = ''
  const take = (chunk: Buffer) => {
    text += chunk.toString('latin1')
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const sent = /^data: (\d+)$/m.exec(text.slice(0, end))?.[1]
      if (sent === undefined) fan.opened++
      else {
        fan.delays.push(Number(process.hrtime.bigint() - BigInt(sent)) / 1e6)
        fan.received++
      }
      text = text.slice(end + 2)
    }
  }
  connection.request(getRequest(`${proxy.prefix}/events/${fan.channel}`, proxy.headers(index)), take).then(
    ({ status }) => {
      fan.failure = new WrongAnswer(proxy.name, `a stream ended with status ${status}`)
    },
    (error: Error) => {
      fan.failure = new WrongAnswer(proxy.name, error.message)
    },
  )
}

async function publish(
  publisher: HttpConnection,
  backend: ProxyServer,
  { channel, id, streams }: { channel: string; id: number; streams: number },
): Promise<void> {
  const { body } = await publisher.request(getRequest(`/publish/${channel}?id=${id}`, backend.headers(0)))
  if (body.toString() !== JSON.stringify({ streams }))
    throw new WrongAnswer('the backend', `${body} in place of ${streams} streams`)
}

async function until(proxy: ProxyServer, fan: Fan, isDone: () => boolean, otherwise: string): Promise<void> {
  const deadline = performance.now() + patience
  while (!isDone()) {
    if (fan.failure) throw fan.failure
    if (performance.now() > deadline) throw new WrongAnswer(proxy.name, otherwise)
    await sleep(2)
  }
}
