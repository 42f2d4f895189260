import type { Bench } from '../bench.ts'
import { type Baton, batonOf } from '../competitors/baton.ts'
import { betterAuthName, betterAuthOf } from '../competitors/better-auth.ts'
import type { Contender } from '../measure/interleave.ts'
import { idTokensInTurn } from '../partners/id-tokens.ts'
import { batonHandoff, betterAuthPair, type HandoffOptions } from './handoff-callers.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'
import { underLoad } from './under-load.ts'

const callers = 16

export const handoff: Scenario = {
  name: 'handoff',
  about:
    `Hand-offs on one PostgreSQL, ${callers} callers at a time: Baton issues a nonce for an ID token and ` +
    'redeems it; better-auth generates and verifies a one-time token. Each ends with a session cookie. ' +
    'The caller has the cookie that the page of the nonce would have set.',
  columns: loadColumns('hand-offs'),
  compare: { subject: 'Baton' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 2),
  async contenders(bench) {
    const [baton, betterAuth] = [await batonOf(bench, 'postgres'), await betterAuthOf(bench)]
    return [
      await batonHandoffs(bench, baton, { name: 'Baton' }),
      underLoad(bench, {
        name: betterAuthName,
        warms: warmsOf(betterAuthName),
        pids: betterAuth.pids,
        callers,
        open: (index) => betterAuthPair(betterAuth, index),
      }),
    ]
  },
}

/** Returns hand-offs by Baton, with the callers spread over its instances. */
export async function batonHandoffs(
  bench: Bench,
  baton: Baton,
  { name, ...options }: HandoffOptions & { name: string },
): Promise<Contender> {
  const next = await idTokensInTurn(bench, `${baton.url}/api/nonce`)
  return underLoad(bench, {
    name,
    warms: warmsOf(name),
    pids: baton.pids,
    callers,
    open: (index) => batonHandoff(baton, index, next, options),
  })
}

function warmsOf(name: string): string {
  return `hand-offs of ${name}`
}
