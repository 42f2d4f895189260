import type { Bench } from '../bench.ts'
import type { Introspection } from '../competitors/plain-oidc-provider.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Contender } from '../measure/interleave.ts'
import type { Caller } from '../measure/load.ts'
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
    open: () => introspectionCaller(server),
  })
}

/** Creates a caller that repeats an introspection, whose answer is `"active":true`. */
export async function introspectionCaller({ name, port, request }: Introspection): Promise<Caller> {
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
