import { setTimeout as sleep } from 'node:timers/promises'
import { BytesCheck, bytes } from '../backend/bodies.ts'
import { proxiesOf } from '../competitors/proxies.ts'
import { type ProxyServer, portOf } from '../competitors/proxy.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Values } from '../measure/interleave.ts'
import { cpuMicroseconds, forgetPeak, peakMegabytes, residentMegabytes } from '../measure/process-usage.ts'
import { getRequest, uploadHead } from '../measure/request-bytes.ts'
import { WrongAnswer } from '../measure/wrong-answer.ts'
import type { Column, Scenario } from './scenario.ts'

const megabyte = 1024 * 1024

const columns: Column[] = [
  { key: 'perSecond', title: 'MB/s', better: 'more', digits: 0 },
  { key: 'cpuMilliseconds', title: 'CPU ms', better: 'less', digits: 0 },
  { key: 'grown', title: 'memory grown at most, MB', summary: 'highest', digits: 1 },
]

type Move = (proxy: ProxyServer, connection: HttpConnection, length: number) => Promise<void>

/** One large body through each proxy, and the memory that it costs the process. */
export function transfer(direction: 'down' | 'up'): Scenario {
  return {
    name: `transfer-${direction}`,
    about: `One body of 200 MB ${direction}: the peak of the process's memory beyond what it held before.`,
    columns,
    compare: { subject: 'Baton' },
    rounds: ({ quick, rounds }) => (quick ? 1 : rounds),
    seconds: ({ quick }) => (quick ? 6 : 50),
    async contenders(bench) {
      const proxies = await proxiesOf(bench)
      const length = bench.pace.transferMegabytes * megabyte
      const move = direction === 'down' ? download : upload
      return proxies.map((proxy) => ({ name: proxy.name, measure: () => measured(proxy, length, move) }))
    },
  }
}

async function measured(proxy: ProxyServer, length: number, move: Move): Promise<Values> {
  const connection = await HttpConnection.open(portOf(proxy, 0))
  try {
    await sleep(200)
    const { pids } = proxy
    forgetPeak(pids)
    const heldBefore = residentMegabytes(pids)
    const cpuBefore = cpuMicroseconds(pids)
    const began = performance.now()
    await move(proxy, connection, length)
    return {
      perSecond: length / megabyte / ((performance.now() - began) / 1000),
      cpuMilliseconds: (cpuMicroseconds(pids) - cpuBefore) / 1000,
      grown: peakMegabytes(pids) - heldBefore,
    }
  } finally {
    connection.close()
  }
}

const download: Move = async (proxy, connection, length) => {
  const check = new BytesCheck()
  const request = getRequest(`${proxy.prefix}/bytes/${length}`, proxy.headers(0))
  const { status } = await connection.request(request, (chunk) => check.take(chunk))
  if (status !== 200 || check.length !== length || !check.isRight)
    throw new WrongAnswer(proxy.name, `${status}, ${check.length} of ${length} bytes`)
}

const upload: Move = async (proxy, connection, length) => {
  const head = uploadHead(`${proxy.prefix}/upload`, proxy.headers(0), length)
  const { status, body } = await connection.upload(head, bytes(length))
  if (status !== 200 || body.toString() !== JSON.stringify({ bytes: length, isRight: true }))
    throw new WrongAnswer(proxy.name, `${status}, ${body.toString('latin1', 0, 200)}`)
}
