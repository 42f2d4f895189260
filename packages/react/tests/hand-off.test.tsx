// @vitest-environment happy-dom
import { act, waitFor } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from '../../client/tests/support/stage.ts'
import { type UseHandOff, useHandOff } from '../src/index.ts'
import { onPageOf, renderAt } from './support/page.tsx'
import { json, refuse, startSmallSite } from './support/small-site.ts'

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

const seen: UseHandOff[] = []
const now = () => seen.at(-1) as UseHandOff

/** Begins a hand-off whose answer waits. */
function begin(): ReturnType<UseHandOff['start']> {
  let begun: ReturnType<UseHandOff['start']> = Promise.resolve(undefined)
  act(() => {
    begun = now().start()
  })
  return begun
}

function HandOffs({
  target = 'web',
  path,
  binding,
}: { target?: string } & Parameters<typeof useHandOff>[1] = {}) {
  seen.push(useHandOff(target, { path, binding }))
  return null
}

/** A page on which Ada is signed in, whose hand-offs `now` tells. */
async function signedIn(element = <HandOffs path="/inbox" />) {
  await site.signIn('ada')
  return renderAt(element)
}

/** Has the requests for nonces wait; answers them in the order that is given. */
function holdNonces() {
  const waiting: (() => void)[] = []
  site.answerInstead('POST /api/nonce', (res, { form }) => {
    const handoff_uri = `${site.url}/handoff?nonce=${form.get('target')}-${waiting.length}`
    waiting.push(() => json(res, 200, { nonce: 'n', expires_in: 30, handoff_uri }))
  })
  return waiting
}

test('a hand-off by the cookie is bound to the verifier in its fragment', async () => {
  await signedIn()
  expect(now().status).toBe('idle')
  const handOff = await act(() => now().start())
  expect(now()).toMatchObject({ status: 'ready', handOff: { expiresIn: 30, headers: {} } })
  expect(now().handOff).toEqual(handOff)
  expect(site.isBound(handOff?.url ?? '')).toBe(true)
  expect([...site.nonces.values()].at(-1)).toMatchObject({ target: 'web', to: '/inbox' })
})

test('with the binding `header` the verifier is in the headers alone, and with `none` nowhere', async () => {
  const { rerender } = await signedIn(<HandOffs binding="header" />)
  const bound = await act(() => now().start())
  const verifier = bound?.headers['Baton-Handoff-Verifier'] ?? ''
  expect(bound?.url).not.toContain('#')
  expect(site.isBound(`${bound?.url}#verifier=${verifier}`)).toBe(true)
  rerender(<HandOffs binding="none" />)
  const unbound = await act(() => now().start())
  expect(unbound).toEqual({ nonce: unbound?.nonce, url: unbound?.url, headers: {}, expiresIn: 30 })
  expect([...site.nonces.values()].at(-1)).toMatchObject({ challenge: null, to: null })
})

test('a hand-off by the client is the client’s', async () => {
  const { client } = await stage.signedIn()
  renderAt(<HandOffs target="demo-web" />, { client })
  const handOff = await act(() => now().start())
  expect(handOff?.url).toBe(
    `${stage.baton.url}/handoff?nonce=${handOff?.nonce}#verifier=${handOff?.verifier}`,
  )
})

test('of two that are on their way, in whichever order they are answered, the newest counts', async () => {
  await signedIn()
  const waiting = holdNonces()
  const first = begin()
  await waitFor(() => expect(waiting).toHaveLength(1))
  const second = begin()
  await waitFor(() => expect(waiting).toHaveLength(2))
  waiting[1]?.()
  await act(() => second)
  waiting[0]?.()
  expect(await act(() => first)).toBeUndefined()
  expect(now().handOff?.url).toContain('web-1')
})

test('a failure of the one before comes too late as well', async () => {
  await signedIn()
  let fail: (() => void) | undefined
  site.answerInstead('POST /api/nonce', (res) => {
    fail = () => refuse(res, 403, 'access_denied')
  })
  const first = begin()
  await waitFor(() => expect(fail).toBeDefined())
  site.asUsual()
  await act(() => now().start())
  fail?.()
  await act(() => first)
  expect(now().status).toBe('ready')
})

test('another target begins anew, and an answer for the one before comes too late', async () => {
  const { rerender } = await signedIn()
  const waiting = holdNonces()
  const first = begin()
  await waitFor(() => expect(waiting).toHaveLength(1))
  rerender(<HandOffs target="other" />)
  expect(now().status).toBe('idle')
  waiting[0]?.()
  expect(await act(() => first)).toBeUndefined()
  expect(now().status).toBe('idle')
  const second = begin()
  await waitFor(() => expect(waiting).toHaveLength(2))
  waiting[1]?.()
  await act(() => second)
  expect(now().handOff?.url).toContain('other-1')
  rerender(<HandOffs target="other" path="/elsewhere" />)
  expect(now().handOff).toBeUndefined()
})

test('what is unmounted gets no answer', async () => {
  const { unmount } = await signedIn()
  const waiting = holdNonces()
  const begun = begin()
  await waitFor(() => expect(waiting).toHaveLength(1))
  unmount()
  const renders = seen.length
  waiting[0]?.()
  expect(await begun).toBeUndefined()
  expect(seen).toHaveLength(renders)
})

test.each([
  ['refused', (res: Parameters<typeof refuse>[0]) => refuse(res, 403, 'unauthorized_client')],
  ['signed_out', (res: Parameters<typeof refuse>[0]) => refuse(res, 401, 'invalid_token')],
  ['network', (res: Parameters<typeof refuse>[0]) => res.destroy()],
  ['unsupported_response', (res: Parameters<typeof refuse>[0]) => res.writeHead(502).end('<p>A gateway')],
] as const)('a failure is an error of the hook, not of the call (%s)', async (code, answer) => {
  await signedIn()
  site.answerInstead('POST /api/nonce', answer)
  expect(await act(() => now().start())).toBeUndefined()
  expect(now()).toMatchObject({ status: 'error', error: { name: 'BatonError', code } })
  site.asUsual()
  await act(() => now().start())
  expect(now()).toMatchObject({ status: 'ready' })
  expect(now().error).toBeUndefined()
})

test.each([
  'https://evil.example/handoff?nonce=n',
  '/handoff?nonce=n',
  'javascript:alert(1)',
  'data:text/html,x',
])('a verifier is attached to no link that leads elsewhere (%s)', async (handoff_uri) => {
  await signedIn()
  site.answerInstead('POST /api/nonce', (res) => json(res, 200, { nonce: 'n', expires_in: 30, handoff_uri }))
  await act(() => now().start())
  expect(now().error).toMatchObject({ code: 'unsupported_response' })
  expect(JSON.stringify(now().error)).not.toContain('verifier')
})

test.each(['javascript:alert(1)', 'data:text/html,x'])(
  'no link is other than http (%s)',
  async (handoff_uri) => {
    await signedIn(<HandOffs binding="none" />)
    site.answerInstead('POST /api/nonce', (res) =>
      json(res, 200, { nonce: 'n', expires_in: 30, handoff_uri }),
    )
    await act(() => now().start())
    expect(now().error).toMatchObject({ code: 'unsupported_response' })
  },
)
