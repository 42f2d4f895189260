import type { Bench } from '../bench.ts'
import type { Introspection } from '../competitors/plain-oidc-provider.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Contender } from '../measure/interleave.ts'
import { WrongAnswer } from '../measure/wrong-answer.ts'
import { underLoad } from './under-load.ts'

export const callers = 16

/** Returns a server under introspection requests that are all answered by `"active":true`. */
export function introspecting(bench: Bench, server: Introspection, warms = 'introspection'): Contender {
  const { name, pids } = server
  return underLoad(bench, {
    name,
    warms: `${warms} by ${name}`,
    pids,
    callers,
    open: () => caller(server),
  })
}

async function caller({ name, port, request }: Introspection) {
  const connection = await HttpConnection.open(port)
  return {
    async call() {
      const { status, body } = await connection.request(request)
      if (status !== 200 || !body.includes('"active":true'))
        throw new WrongAnswer(name, `${status}, ${body.toString('utf8', 0, 200)}`)
    },
    close: () => connection.close(),
  }
}
