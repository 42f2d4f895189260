import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { countReports } from '#lib/metrics/counted.ts'
import { isListenedTo, type Reports, report } from '#lib/telemetry/reports.ts'
import { samplesOf } from '../../support/scrape.ts'

const known = { backends: ['one'], providers: ['demo'], limits: ['nonces'] }
const request: Reports['request'] = {
  route: '/api/nonce',
  method: 'POST',
  status: 200,
  seconds: 0.1,
  backend: undefined,
  isStream: false,
}

function counting() {
  const registry = new Registry()
  const end = countReports(registry, known)
  onTestFinished(end)
  return { now: async () => samplesOf(await registry.metrics()), end }
}

test('methods, statuses and providers that are not known count together', async () => {
  const { now } = counting()
  for (const [method, status] of [
    ['PROPFIND', 299],
    ['constructor', 799],
    [undefined, 999],
  ] as const)
    report('request', { ...request, method, status })
  report('request', { ...request, route: undefined, status: undefined })
  for (const provider of ['gone', 'constructor']) report('refresh', { provider, outcome: 'done' })
  const { samples, value } = await now()
  expect(value('baton_http_requests_total', { method: 'other', status: 'other' })).toBe(3)
  expect(value('baton_http_requests_total', { route: 'none', method: 'POST', status: 'none' })).toBe(1)
  expect(value('baton_refreshes_total', { provider: 'other', outcome: 'done' })).toBe(2)
  const values = new Set(samples.flatMap(({ labels }) => Object.values(labels)))
  for (const odd of ['PROPFIND', 'constructor', '299', '799', '999', 'gone'])
    expect(values).not.toContain(odd)
})

test('what the configuration names begins at zero', async () => {
  const { samples } = await counting().now()
  for (const wanted of [
    { name: 'baton_limit_refusals_total', labels: { limit: 'nonces' } },
    { name: 'baton_refreshes_total', labels: { provider: 'demo', outcome: 'given_up' } },
    { name: 'baton_backend_refusals_total', labels: { backend: 'one', reason: 'circuit' } },
    { name: 'baton_handoff_events_total', labels: { type: 'replayed', reason: 'none' } },
  ])
    expect(samples).toContainEqual({ ...wanted, value: 0 })
})

test('an event stream is a request, and no duration', async () => {
  const { now } = counting()
  report('request', { ...request, isStream: true, backend: 'one' })
  const { value } = await now()
  expect(value('baton_http_requests_total')).toBe(1)
  expect(value('baton_backend_requests_total', { backend: 'one', status: '200' })).toBe(1)
  expect(value('baton_http_request_duration_seconds_count')).toBe(0)
})

test('nobody listens before the counting begins, nor after it has ended', async () => {
  expect(isListenedTo('request')).toBe(false)
  const { now, end } = counting()
  expect(isListenedTo('request')).toBe(true)
  end()
  expect(isListenedTo('request')).toBe(false)
  report('request', request)
  expect((await now()).value('baton_http_requests_total')).toBe(0)
})

test('the first fault shows as an increase, and so does the first call of an operator', async () => {
  const { now } = counting()
  const before = await now()
  expect(before.value('baton_faults_total', {})).toBe(0)
  expect(before.value('baton_global_sign_outs_total', { outcome: 'access_denied' })).toBe(0)
  report('request', { ...request, status: 500 })
  report('request', { ...request, status: 503 })
  report('global_sign_out', { outcome: 'access_denied' })
  report('global_sign_out', { outcome: 'constructor' })
  const { value } = await now()
  expect(value('baton_faults_total', {})).toBe(1)
  expect(value('baton_global_sign_outs_total', { outcome: 'access_denied' })).toBe(1)
  expect(value('baton_global_sign_outs_total', { outcome: 'other' })).toBe(1)
})
