import { batonOf } from '../competitors/baton.ts'
import { batonHandoffs } from './handoff.ts'
import type { HandoffOptions } from './handoff-callers.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

/** What the page of a hand-off costs: hand-offs with their page opened, and without. */
export const handoffPage = beside(
  'handoff-page',
  'with its page',
  'With its page, that is opened between the two; without, the caller has the cookie that it would set.',
  { withPage: true },
)

/** What it costs that a session makes way: hand-offs where one stands, and into an empty browser. */
export const handoffStanding = beside(
  'handoff-standing',
  'over a standing session',
  'Over a standing session, that of the last hand-off stands in the browser, and ends with its token set.',
  { stands: true },
)

function beside(name: string, how: string, about: string, options: HandoffOptions): Scenario {
  return {
    name,
    about:
      'Hand-offs on PostgreSQL, 16 callers at a time: a nonce is issued for an ID token and redeemed. ' +
      about,
    columns: loadColumns('hand-offs'),
    compare: { base: 'Baton' },
    rounds: roundsOfPace,
    seconds: (pace) => loadSeconds(pace, 2),
    async contenders(bench) {
      const baton = await batonOf(bench, 'postgres')
      return [
        await batonHandoffs(bench, baton, { name: 'Baton' }),
        await batonHandoffs(bench, baton, { name: `Baton, ${how}`, ...options }),
      ]
    },
  }
}
