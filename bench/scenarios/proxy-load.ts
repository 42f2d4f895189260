import type { Bench } from '../bench.ts'
import { type ProxyServer, portOf } from '../competitors/proxy.ts'
import type { Answer } from '../measure/answer-reader.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Contender } from '../measure/interleave.ts'
import type { Caller } from '../measure/load.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { WrongAnswer } from '../measure/wrong-answer.ts'
import { underLoad } from './under-load.ts'

export type ProxyLoad = {
  path: string
  callers: number
  /** Throws `WrongAnswer` when the answer is not the backend's. */
  check(answer: Answer, proxy: ProxyServer): void
}

/** Puts a proxy under the load of callers who request the same path, each on its own connection. */
export function proxyLoad(bench: Bench, proxy: ProxyServer, { path, callers, check }: ProxyLoad): Contender {
  const { name, pids, isNext } = proxy
  return underLoad(bench, { name, pids, isNext, callers, open: (index) => open(proxy, path, index, check) })
}

/** Returns how many seconds contenders under load take in all rounds. */
export function loadSeconds(
  { rounds, settle, measure, warmUp: warm }: Bench['pace'],
  contenders: number,
): number {
  return contenders * (rounds * (settle + measure) + warm)
}

/** Returns a check that throws `WrongAnswer` unless the answer is 200 with exactly this body. */
export function requireBody(body: Buffer): ProxyLoad['check'] {
  return (answer, proxy) => {
    if (answer.status !== 200 || !answer.body.equals(body))
      throw new WrongAnswer(proxy.name, `${answer.status}, ${answer.body.toString('latin1', 0, 200)}`)
  }
}

async function open(
  proxy: ProxyServer,
  path: string,
  index: number,
  check: ProxyLoad['check'],
): Promise<Caller> {
  const connection = await HttpConnection.open(portOf(proxy, index))
  const request = getRequest(proxy.prefix + path, proxy.headers(index))
  return {
    call: async () => check(await connection.request(request), proxy),
    close: () => connection.close(),
  }
}
