import { batonOf } from '../competitors/baton.ts'
import { batonHandoffs } from './handoff.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

/** What the page of a hand-off costs: hand-offs with their page opened, and without. */
export const handoffPage: Scenario = {
  name: 'handoff-page',
  about:
    'Hand-offs on PostgreSQL, 16 callers at a time: a nonce is issued for an ID token and redeemed. ' +
    'With its page, the page is opened between the two; without, the caller has the cookie that it would ' +
    'have set.',
  columns: loadColumns('hand-offs'),
  compare: { base: 'Baton' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 2),
  async contenders(bench) {
    const baton = await batonOf(bench, 'postgres')
    return [
      await batonHandoffs(bench, baton, { name: 'Baton' }),
      await batonHandoffs(bench, baton, { name: 'Baton, with its page', withPage: true }),
    ]
  },
}
