import { setTimeout as sleep } from 'node:timers/promises'
import { type Baton, batonOf } from '../competitors/baton.ts'
import type { Contender } from '../measure/interleave.ts'
import { cpuMicroseconds } from '../measure/process-usage.ts'
import { manySessions, onDatabase } from '../partners/many-sessions.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

/** Milliseconds between two statements that end sessions. */
const step = 50

/** What endings elsewhere cost an instance, which has to hear of each. */
export const endings: Scenario = {
  name: 'endings',
  about:
    'The CPU time of an instance that serves nobody, while so many sessions a second end elsewhere: its ' +
    'feed has to tell each of them.',
  columns: [{ key: 'busy', title: 'share of a core', better: 'less', digits: 3 }],
  compare: { base: '0 endings/s' },
  rounds: roundsOfPace,
  seconds: ({ rounds, settle, measure }) => 3 * rounds * (settle + measure),
  async contenders(bench) {
    const baton = await batonOf(bench, 'postgres')
    const { settle, measure } = bench.pace
    return [0, 1_000, 10_000].map((perSecond): Contender => {
      const name = `${perSecond} endings/s`
      return {
        name,
        async measure() {
          const stop = new AbortController()
          const sids = await manySessions(baton, Math.ceil(perSecond * (settle + measure) * 1.5))
          const ending = endSessions(baton, sids, perSecond, stop.signal)
          await sleep(settle * 1000)
          const before = cpuMicroseconds(baton.pids)
          const began = performance.now()
          await sleep(measure * 1000)
          const busy = (cpuMicroseconds(baton.pids) - before) / 1000 / (performance.now() - began)
          stop.abort()
          await ending
          return { busy }
        },
      }
    })
  },
}

/** Ends so many of these sessions a second until it is told to stop. */
function endSessions(baton: Baton, sids: string[], perSecond: number, stop: AbortSignal): Promise<void> {
  return onDatabase(baton, async (client) => {
    const began = performance.now()
    for (let ended = 0; !stop.aborted && ended < sids.length; await sleep(step)) {
      const due = Math.min(sids.length, Math.ceil(((performance.now() - began) / 1000) * perSecond))
      await client.query('UPDATE sessions SET ended_at = now() WHERE id = ANY($1::uuid[])', [
        sids.slice(ended, due),
      ])
      ended = due
    }
  })
}
