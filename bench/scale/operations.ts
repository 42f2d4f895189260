import { kilobyte } from '../backend/bodies.ts'
import type { Bench } from '../bench.ts'
import type { Baton } from '../competitors/baton.ts'
import { portOf } from '../competitors/proxy.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Caller } from '../measure/load.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { trustedIssuerOf } from '../partners/id-tokens.ts'
import { cookieOf, manySessions } from '../partners/many-sessions.ts'
import { withWebNonce } from '../scenarios/get-session.ts'
import { batonHandoff } from '../scenarios/handoff-callers.ts'
import { introspectionCaller } from '../scenarios/introspecting.ts'
import { introspectionOf } from '../scenarios/introspection.ts'
import { requireBody } from '../scenarios/proxy-load.ts'
import type { OperationName } from './costs.ts'

export type MeasuredOperation = {
  name: OperationName
  requests: number
  open(index: number): Promise<Caller>
}

/** Sessions that calls come in for the first time. */
const sessions = 60_000
/** An ID token is good for 20 hand-offs, so one set of them is not enough. */
const tokenSets = 3
const check = requireBody(kilobyte)

/** The operations of the costs, by callers of the other scenarios. */
export async function operationsOf(bench: Bench, baton: Baton): Promise<MeasuredOperation[]> {
  const { idTokens } = await trustedIssuerOf(bench)
  const tokens: string[] = []
  for (let set = 0; set < tokenSets; set++) tokens.push(...(await idTokens(`${baton.url}/api/nonce`)))
  const nextToken = inTurn(tokens)
  const getSession = await withWebNonce(baton, tokens[0] ?? '')
  const introspection = await introspectionOf(baton)
  const unknown = inTurn(await manySessions(baton, sessions))
  const handOff = (stands: boolean) => (index: number) => batonHandoff(baton, index, nextToken, { stands })
  return [
    { name: 'hand-off', requests: 2, open: handOff(false) },
    { name: 'hand-off over a session', requests: 2, open: handOff(true) },
    { name: 'getSession', requests: 1, open: () => introspectionCaller(getSession) },
    {
      name: 'first call of a session',
      requests: 1,
      open: (index) => proxyCaller(baton, index, () => cookieOf(baton, unknown())),
    },
    {
      name: 'call from memory',
      requests: 1,
      open: (index) => proxyCaller(baton, index, () => baton.headers(index).cookie ?? ''),
    },
    { name: 'introspection', requests: 1, open: () => introspectionCaller(introspection) },
  ]
}

async function proxyCaller(baton: Baton, index: number, cookie: () => string): Promise<Caller> {
  const connection = await HttpConnection.open(portOf(baton, index))
  return {
    async call() {
      const headers = { ...baton.headers(index), cookie: cookie() }
      check(await connection.request(getRequest(`${baton.prefix}/json`, headers)), baton)
    },
    close: () => connection.close(),
  }
}

function inTurn(values: readonly string[]): () => string {
  let used = 0
  return () => values[used++ % values.length] ?? ''
}
