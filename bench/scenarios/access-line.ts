import { kilobyte } from '../backend/bodies.ts'
import { batonWith } from '../competitors/baton.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds, proxyLoad, requireBody } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

/** What the access line of each call costs: Baton with it (`LOG_LEVEL=info`) and without. */
export const accessLine: Scenario = {
  name: 'access-line',
  about: '1 kB of JSON from the backend, 32 callers at a time, with a log line for each call and without.',
  columns: loadColumns('requests'),
  compare: { base: 'Baton, LOG_LEVEL=warn' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 2),
  async contenders(bench) {
    const batons = await Promise.all(
      ['warn', 'info'].map((level) => batonWith(bench, { LOG_LEVEL: level }, `LOG_LEVEL=${level}`)),
    )
    const check = requireBody(kilobyte)
    return batons.map((baton) => proxyLoad(bench, baton, { path: '/json', callers: 32, check }))
  },
}
