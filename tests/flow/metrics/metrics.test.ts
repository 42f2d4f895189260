import { expect } from 'vitest'
import { httpCall, openCall } from '../../support/clients/http-call.ts'
import { test } from '../../support/test-metrics.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

test('the port of the metrics has /metrics for GET alone, and the public port has none', async ({
  baton,
  host,
  metricsAddress,
}) => {
  const answer = await httpCall(metricsAddress, '/metrics?collect[]=all')
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(answer.text).toContain('baton_build_info{version="0.1.0"')
  for (const method of ['HEAD', 'POST', 'DELETE', 'OPTIONS']) {
    const refused = await httpCall(metricsAddress, '/metrics', { method })
    expect([method, refused.status, refused.headers.allow]).toEqual([method, 405, 'GET'])
  }
  for (const path of ['/', '/api/health', '/metrics/', '/metrics/x', '//metrics', '/%6detrics'])
    expect([path, (await httpCall(metricsAddress, path)).status]).toEqual([path, 404])

  for (const path of ['/metrics', '/metrics/', '/metrics?x=y', '/api/metrics']) {
    const refused = await httpCall(baton.address, path, { headers: { host } })
    expect([path, refused.status, refused.json().error]).toEqual([path, 404, 'not_found'])
  }
})

test('requests are counted by row, method and status, and their durations by row', async ({
  person,
  metrics,
}) => {
  const before = await metrics()
  for (let time = 0; time < 3; time++) expect((await person.ownPage(greeting)).status).toBe(200)
  expect((await person.ownPage('/api/nonce')).status).toBe(405)
  const after = await metrics()
  const more = (name: string, labels: Record<string, string>) =>
    after.value(name, labels) - before.value(name, labels)
  const [proxy, nonce] = ['/api/backends/*', '/api/nonce']
  expect(more('baton_http_requests_total', { route: proxy, method: 'GET', status: '200' })).toBe(3)
  expect(more('baton_http_requests_total', { route: nonce, method: 'GET', status: '405' })).toBe(1)
  expect(more('baton_http_request_duration_seconds_count', { route: proxy })).toBe(3)
  expect(more('baton_backend_requests_total', { backend: 'demo', status: '200' })).toBe(3)
  const answered = { backend: 'demo', outcome: 'answered' }
  expect(more('baton_backend_answer_duration_seconds_count', answered)).toBe(3)
})

test('an event stream is counted while it is open, and is no duration', async ({
  person,
  baton,
  metrics,
}) => {
  const before = await metrics()
  const headers = {
    host: new URL(baton.url).host,
    cookie: await person.cookies(),
    'sec-fetch-site': 'same-origin',
  }
  const stream = await openCall(baton.address, '/api/backends/demo/api/authenticated/events', { headers })
  const open = await metrics()
  expect(open.value('baton_open_streams')).toBe(1)
  expect(open.value('baton_backend_places', { backend: 'demo', kind: 'streams', state: 'running' })).toBe(1)
  expect(open.value('baton_backend_places', { backend: 'demo', kind: 'calls' })).toBe(0)
  stream.destroy()
  const requests = ['baton_http_requests_total', { route: '/api/backends/*' }] as const
  await expect.poll(async () => (await metrics()).value(...requests)).toBe(before.value(...requests) + 1)
  const durations = ['baton_http_request_duration_seconds_count', { route: '/api/backends/*' }] as const
  expect((await metrics()).value(...durations)).toBe(before.value(...durations))
  await expect.poll(async () => (await metrics()).value('baton_open_streams')).toBe(0)
})

test('hand-offs are counted by type and reason, with the time from issue to redemption', async ({
  person,
  newcomer,
  metrics,
}) => {
  const before = await metrics()
  const { nonce } = await person.askForNonce()
  expect((await newcomer().redeem(nonce)).status).toBe(303)
  const headers = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }
  expect((await newcomer().request(`/handoff?nonce=${nonce}`, { headers })).status).toBe(410)
  const after = await metrics()
  const more = (name: string, labels?: Record<string, string>) =>
    after.value(name, labels) - before.value(name, labels)
  for (const type of ['issued', 'redeemed'])
    expect(more('baton_handoff_events_total', { type, reason: 'none' })).toBe(1)
  expect(more('baton_handoff_events_total', { type: 'refused', reason: 'spent' })).toBe(1)
  expect(more('baton_handoff_redeem_duration_seconds_count')).toBe(1)
  expect(more('baton_handoff_redeem_duration_seconds_bucket', { le: '30' })).toBe(1)
})

test('of parallel calls at expiry one refresh is done and the others are saved', async ({
  signedIn,
  expired,
  metrics,
}) => {
  const person = await expired(() => signedIn())
  const before = await metrics()
  const calls = await Promise.all(Array.from({ length: 20 }, () => person.ownPage(greeting)))
  expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200))
  const after = await metrics()
  const more = (outcome: string) => {
    const labels = ['baton_refreshes_total', { provider: 'demo', outcome }] as const
    return after.value(...labels) - before.value(...labels)
  }
  expect(more('done')).toBe(1)
  expect(more('saved')).toBeGreaterThan(0)
  expect([more('failed'), more('given_up')]).toEqual([0, 0])
})

test('a refusal by a limit is counted', async ({ signedIn, metrics }) => {
  const person = await signedIn()
  const ask = () => person.ownPage('/api/nonce', { method: 'POST', body: new URLSearchParams() })
  for (let time = 0; time < 20; time++) expect((await ask()).status).toBe(200)
  const refused = async () => (await metrics()).value('baton_limit_refusals_total', { limit: 'nonces' })
  const before = await refused()
  expect([(await ask()).status, (await ask()).status]).toEqual([429, 429])
  expect(await refused()).toBe(before + 2)
})

test('a dead backend opens its circuit, and calls that are refused without asking it are counted', async ({
  person,
  metrics,
}) => {
  const circuit = async (state: string) =>
    (await metrics()).value('baton_backend_circuit', { backend: 'dead', state })
  expect(await circuit('closed')).toBe(1)
  const calls = Array.from({ length: 20 }, () => person.ownPage('/api/backends/dead/x'))
  await Promise.all(calls)
  expect([await circuit('closed'), await circuit('open')]).toEqual([0, 1])
  expect((await person.ownPage('/api/backends/dead/x')).status).toBe(503)
  const after = await metrics()
  const failed = { backend: 'dead', outcome: 'unreachable' }
  expect(after.value('baton_backend_answer_duration_seconds_count', failed)).toBe(20)
  expect(after.value('baton_backend_refusals_total', { backend: 'dead', reason: 'circuit' })).toBe(1)
  expect(after.value('baton_backend_requests_total', { backend: 'dead', status: '503' })).toBe(1)
  expect(after.value('baton_backend_circuit', { backend: 'demo', state: 'closed' })).toBe(1)
})

test('sessions, database, feed, event loop, heap and build are told', async ({ person: _, metrics }) => {
  const now = await metrics()
  const names = new Set(now.samples.map(({ name }) => name))
  for (const name of [
    ...['baton_sessions', 'baton_database_away', 'baton_database_waiting', 'baton_database_connections'],
    ...['baton_feed_lag_seconds', 'baton_feed_readers', 'baton_open_streams', 'baton_build_info'],
    ...['nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes', 'process_cpu_seconds_total'],
  ])
    expect(names).toContain(name)
  // They are counted at most once in 15 seconds.
  const sessions = async () => (await metrics()).value('baton_sessions', { kind: 'browser' })
  await expect.poll(sessions, { timeout: 40_000 }).toBeGreaterThan(0)
  expect(now.value('baton_database_away')).toBe(0)
  expect(now.value('baton_database_connections')).toBeGreaterThan(0)
})
