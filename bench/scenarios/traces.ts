import { kilobyte } from '../backend/bodies.ts'
import { batonWith } from '../competitors/baton.ts'
import { startServer } from '../measure/start-server.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds, proxyLoad, requireBody } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

/** What spans cost: Baton without tracing, with one trace in ten, and with all traces. */
export const traces: Scenario = {
  name: 'traces',
  about: '1 kB of JSON from the backend, 32 callers at a time, with spans of each call and without.',
  columns: loadColumns('requests'),
  compare: { base: 'Baton, no traces' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 3),
  async contenders(bench) {
    // What takes the spans is one more backend of the bench, which reads what it gets and drops it.
    const receiver = await startServer(bench, {
      name: 'the receiver of spans',
      args: () => [new URL('../backend/main.ts', import.meta.url).pathname],
      cores: bench.cores.partner,
      ready: '/json',
    })
    const on = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://${receiver.host}/upload` }
    const tenth = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' }
    const batons = await Promise.all([
      batonWith(bench, {}, 'no traces'),
      batonWith(bench, { ...on, ...tenth }, 'one trace in ten'),
      batonWith(bench, on, 'all traces'),
    ])
    const check = requireBody(kilobyte)
    return batons.map((baton) => proxyLoad(bench, baton, { path: '/json', callers: 32, check }))
  },
}
