import { batonOf } from '../competitors/baton.ts'
import { batonHandoffs } from './handoff.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

export const handoffStanding: Scenario = {
  name: 'handoff-standing',
  about:
    'Hand-offs on PostgreSQL into a browser where the session of the last one stands, which ends with its ' +
    'token set, beside hand-offs into a browser without a session.',
  columns: loadColumns('hand-offs'),
  compare: { subject: 'Baton' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 2),
  async contenders(bench) {
    const baton = await batonOf(bench, 'postgres')
    return [
      await batonHandoffs(bench, baton, { name: 'Baton' }),
      await batonHandoffs(bench, baton, { name: 'Baton, over a standing session', stands: true }),
    ]
  },
}
