import type { Bench } from '../bench.ts'
import { type Baton, batonOf } from '../competitors/baton.ts'
import { betterAuthName, betterAuthOf } from '../competitors/better-auth.ts'
import type { Contender } from '../measure/interleave.ts'
import { type LoadOptions, load, warmUp } from '../measure/load.ts'
import { trustedIssuerOf } from '../partners/id-tokens.ts'
import { batonHandoff, betterAuthPair } from './handoff-callers.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

const callers = 16

export const handoff: Scenario = {
  name: 'handoff',
  about: `Hand-offs on one PostgreSQL, ${callers} callers at a time: Baton issues a nonce for an ID token and redeems it, better-auth generates and verifies a one-time token; each ends with a session cookie set. "with its page" also opens the page between the two, for which better-auth has no counterpart.`,
  columns: loadColumns('hand-offs'),
  compare: { subject: 'Baton' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 3),
  async contenders(bench) {
    const [baton, betterAuth] = [await batonOf(bench, 'postgres'), await betterAuthOf(bench)]
    return [
      await batonHandoffs(bench, baton, { name: 'Baton', withPage: false }),
      await batonHandoffs(bench, baton, { name: 'Baton, with its page', withPage: true }),
      underLoad(bench, betterAuthName, false, {
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
  { name, withPage }: { name: string; withPage: boolean },
): Promise<Contender> {
  const { idTokens } = await trustedIssuerOf(bench)
  const tokens = await bench.once(`ID tokens for ${baton.url}`, () => idTokens(`${baton.url}/api/nonce`))
  let used = 0
  const next = () => tokens[used++ % tokens.length] ?? ''
  return underLoad(bench, name, withPage, {
    pids: baton.pids,
    callers,
    open: (index) => batonHandoff(baton, index, next, { withPage }),
  })
}

function underLoad(bench: Bench, name: string, isNext: boolean, options: LoadOptions): Contender {
  return {
    name,
    warmUp: () =>
      warmUp(options, {
        least: bench.warmUpSeconds(`hand-offs of ${name}`, isNext) * options.pids.length,
        patience: bench.pace.patience,
      }),
    measure: () => load(options, { settle: bench.pace.settle, seconds: bench.pace.measure }),
  }
}
