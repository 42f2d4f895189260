// @vitest-environment happy-dom
import { act, waitFor } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from '../../client/tests/support/stage.ts'
import { type Backend, useBackend } from '../src/index.ts'
import { errorOf, onPageOf, renderAt, watching } from './support/page.tsx'
import { startSmallSite } from './support/small-site.ts'

let site: Awaited<ReturnType<typeof startSmallSite>>
let stage: Stage

beforeAll(async () => {
  ;[site, stage] = await Promise.all([startSmallSite(), startStage()])
})
onPageOf(() => site.url, { isApp: true })
afterEach(() => {
  site.asUsual()
  site.endSessions()
})
afterAll(() => Promise.all([site.close(), stage.close()]))

function Calls({ name, given }: { name: string; given: Backend[] }): null {
  given.push(useBackend(name))
  return null
}

/** A page with a function for a backend, by a client or else by the cookie. */
async function withBackend({
  name = 'demo',
  client,
}: {
  name?: string
  client?: ReturnType<Stage['client']>
}) {
  if (!client) await site.signIn('ada')
  const page = watching()
  const given: Backend[] = []
  const both = () => (
    <>
      <page.Watch />
      <Calls name={name} given={given} />
    </>
  )
  const { rerender } = renderAt(both(), { client })
  await waitFor(() => expect(page.now().status).toBe('signed_in'))
  rerender(both())
  const call: Backend = (...input) => (given.at(-1) as Backend)(...input)
  return { ...page, given, call }
}

test('a backend is called with the cookie, by one function for all renders', async () => {
  const { call, given } = await withBackend({})
  const answer = await call('/orders//a%2Fb/..c?open=1/../&open=2#x', { method: 'PUT', body: 'b' })
  expect(await answer.json()).toEqual({
    address: 'PUT /api/backends/demo/orders//a%2Fb/..c?open=1/../&open=2',
    user: 'ada',
  })
  expect(given.length).toBeGreaterThan(2)
  expect(new Set(given.slice(2)).size).toBe(1)
})

test('a backend is called with the client', async () => {
  const { client } = await stage.signedIn()
  const { call } = await withBackend({ client })
  expect(await (await call('/orders', { method: 'POST', body: 'b' })).json()).toMatchObject({
    subject: 'demo',
    body: 'b',
  })
})

test.each([
  ['demo', 'orders'],
  ['demo', ''],
  ['demo', '/../other/orders'],
  ['demo', '/orders/../../other'],
  ['demo', '/%2e%2E/other'],
  ['demo', '/..?a=b'],
  ['demo', '/.. '],
  ['demo', '/..\0'],
  ['demo', '/orders/.'],
  ['demo', '/..#x'],
  ['demo', '/.\t./other'],
  ['demo', '\\..\\other'],
  ['demo', '/\\..\\..\\other'],
  ['demo', 'https://evil.example/'],
  ['..', '/nonce'],
  ['demo/..', '/other'],
  ['', '/demo/orders'],
  ['demo?', '/orders'],
])('no path leads out of a backend (%s, %s)', async (name, path) => {
  const { call } = await withBackend({ name })
  const before = site.calls.length
  expect(await errorOf(call(path))).toMatchObject({ name: 'BatonError', code: 'invalid_argument' })
  expect(site.calls).toHaveLength(before)
})

test('when Baton says that nobody is signed in, the session ends on the page', async () => {
  const { call, now } = await withBackend({})
  site.endSessions()
  expect(await act(() => errorOf(call('/orders')))).toMatchObject({ code: 'signed_out', status: 401 })
  await waitFor(() => expect(now().status).toBe('signed_out'))
})

test('after a refresh at the provider has failed, the person is signed out and stays so', async () => {
  const { call, now, statuses } = await withBackend({})
  site.failRefreshes()
  for (const again of [1, 2]) {
    expect(await act(() => errorOf(call(`/orders?again=${again}`)))).toMatchObject({ code: 'signed_out' })
    await act(() => now().refresh())
  }
  expect(statuses()).toEqual(['loading', 'signed_in', 'signed_out'])
})

test('a backend’s own 401 is an answer, and ends nothing', async () => {
  const { call, now } = await withBackend({})
  const before = site.callsOf('GET /api/auth/session').length
  const answer = await call('/refused')
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('invalid_token'),
  ])
  expect(now().status).toBe('signed_in')
  expect(site.callsOf('GET /api/auth/session')).toHaveLength(before)
})

test('a call without an answer is a `network` error, and an aborted one has its own reason', async () => {
  const { call, now } = await withBackend({})
  site.answerInstead('GET /api/backends/demo/orders', (res) => res.destroy())
  expect(await errorOf(call('/orders'))).toMatchObject({ code: 'network' })
  const controller = new AbortController()
  site.answerInstead('GET /api/backends/demo/orders', (res) => {
    controller.abort()
    res.end()
  })
  expect(await errorOf(call('/orders', { signal: controller.signal }))).toMatchObject({ name: 'AbortError' })
  expect((await call('/others')).status).toBe(200)
  expect(now().status).toBe('signed_in')
})
