// @vitest-environment happy-dom
import { act, fireEvent, waitFor } from '@testing-library/react'
import { renderToString } from 'react-dom/server'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { BatonProvider, SignedIn, SignedOut } from '../src/index.ts'
import { errorOf, onPageOf, renderAt, watching } from './support/page.tsx'
import { json, refuse, startSmallSite } from './support/small-site.ts'

let site: Awaited<ReturnType<typeof startSmallSite>>

beforeAll(async () => {
  site = await startSmallSite()
})
onPageOf(() => site.url)
afterEach(() => {
  site.asUsual()
  site.endSessions()
})
afterAll(() => site.close())

/** A page on which Ada is signed in. */
async function signedIn() {
  await site.signIn('ada')
  const page = watching()
  const rendered = renderAt(<page.Watch />)
  await waitFor(() => expect(page.now().status).toBe('signed_in'))
  return { ...page, ...rendered }
}

test('a page learns who is signed in', async () => {
  const { now, seen, statuses } = await signedIn()
  expect(now().user).toEqual({ id: 'ada', name: 'ada', email: null, image: null })
  expect(now().session).toMatchObject({ sid: expect.any(String), expires: '2027-01-01T00:00:00.000Z' })
  expect(statuses()).toEqual(['loading', 'signed_in'])
  for (const action of ['signIn', 'signOut', 'refresh'] as const)
    expect(new Set(seen.slice(2).map((one) => one[action])).size).toBe(1)
})

test('a page learns that nobody is signed in, and shows nothing of either kind before', async () => {
  const { container } = renderAt(
    <>
      <SignedIn>{({ user }) => <p>{user.name}</p>}</SignedIn>
      <SignedOut>
        <p>nobody</p>
      </SignedOut>
    </>,
  )
  expect(container.textContent).toBe('')
  await waitFor(() => expect(container.textContent).toBe('nobody'))
  await site.signIn('ada')
  fireEvent.focus(window)
  await waitFor(() => expect(container.textContent).toBe('ada'))
})

test('a server renders a session that is loading, and asks nothing', () => {
  const before = site.calls.length
  const { Watch, statuses } = watching()
  const html = renderToString(
    <BatonProvider>
      <Watch />
      <SignedOut>nobody</SignedOut>
    </BatonProvider>,
  )
  expect([html, statuses()]).toEqual(['', ['loading']])
  expect(site.calls).toHaveLength(before)
})

test('somebody signs out, and a second tab follows', async () => {
  const tabs = [await signedIn(), await signedIn()]
  await act(() => tabs[0]?.now().signOut())
  for (const { now } of tabs) await waitFor(() => expect(now().status).toBe('signed_out'))
  expect(site.callsOf('POST /sign-out')).toHaveLength(1)
})

test('a sign-out that Baton refuses leaves the session as it is', async () => {
  const { now } = await signedIn()
  site.answerInstead('POST /sign-out', (res) => refuse(res, 503, 'temporarily_unavailable'))
  expect(await errorOf(now().signOut())).toMatchObject({
    name: 'BatonError',
    code: 'refused',
    error: 'temporarily_unavailable',
    status: 503,
  })
  expect(now().status).toBe('signed_in')
})

test.each([
  ['focus', () => fireEvent.focus(window)],
  ['online', () => fireEvent(window, new Event('online'))],
  ['visibilitychange', () => fireEvent(document, new Event('visibilitychange'))],
])('who comes back sees a sign-out elsewhere (%s)', async (_, comeBack) => {
  const { now } = await signedIn()
  site.endSessions()
  comeBack()
  await waitFor(() => expect(now().status).toBe('signed_out'))
})

test('an answer that was on its way when the session ended does not bring it back', async () => {
  const { now } = await signedIn()
  let answer: (() => void) | undefined
  site.answerInstead('GET /api/auth/session', (res) => {
    const session = { user: { id: 'ada' }, sid: 's', expires: '2027-01-01T00:00:00.000Z' }
    answer = () => json(res, 200, session)
  })
  const late = now().refresh()
  await waitFor(() => expect(answer).toBeDefined())
  await act(() => now().signOut())
  answer?.()
  await act(() => late)
  expect(now().status).toBe('signed_out')
})

test('who comes back twice at once has asked once', async () => {
  await signedIn()
  const before = site.calls.length
  fireEvent(document, new Event('visibilitychange'))
  fireEvent.focus(window)
  await waitFor(() => expect(site.calls).toHaveLength(before + 1))
  fireEvent.focus(window)
  await waitFor(() => expect(site.calls).toHaveLength(before + 2))
})

test('a hidden page asks nothing', async () => {
  await signedIn()
  const asked = vi.spyOn(window, 'fetch')
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  fireEvent(document, new Event('visibilitychange'))
  expect(asked).not.toHaveBeenCalled()
  hidden.mockReturnValue(false)
  fireEvent(document, new Event('visibilitychange'))
  expect(asked).toHaveBeenCalledOnce()
})

test('without an answer the session stays as it was known', async () => {
  const { now } = await signedIn()
  for (const status of [503, 502]) {
    site.answerInstead('GET /api/auth/session', (res) => refuse(res, status, 'temporarily_unavailable'))
    await act(() => now().refresh())
    expect(now().status).toBe('signed_in')
  }
})

test('a session that was never known is an error, until Baton answers', async () => {
  await site.signIn('ada')
  site.answerInstead('GET /api/auth/session', (res) => res.destroy())
  const { Watch, now } = watching()
  renderAt(<Watch />)
  await waitFor(() => expect(now()).toMatchObject({ status: 'error', error: { code: 'network' } }))
  site.answerInstead('GET /api/auth/session', (res) => res.end('<p>A gateway</p>'))
  await act(() => now().refresh())
  expect(now().error).toMatchObject({ name: 'BatonError', code: 'unsupported_response', status: 200 })
  site.asUsual()
  fireEvent.focus(window)
  await waitFor(() => expect(now().status).toBe('signed_in'))
  expect(now().error).toBeUndefined()
})

test.each([[], {}, { user: null }, { user: { id: 'ada' } }, { user: { id: 7 }, sid: 's', expires: 'x' }])(
  'an answer that names nobody is not taken for a session (%#)',
  async (answer) => {
    site.answerInstead('GET /api/auth/session', (res) => json(res, 200, answer))
    const { Watch, now } = watching()
    renderAt(<Watch />)
    await waitFor(() => expect(now().error).toMatchObject({ code: 'unsupported_response' }))
  },
)

test('of two answers that overtake each other the newest question counts', async () => {
  const { now } = await signedIn()
  let answerOld: (() => void) | undefined
  site.answerInstead('GET /api/auth/session', (res) => {
    answerOld = () => refuse(res, 503, 'temporarily_unavailable')
  })
  const old = now().refresh()
  await waitFor(() => expect(answerOld).toBeDefined())
  site.asUsual()
  await site.signIn('bob')
  await act(() => now().refresh())
  answerOld?.()
  await act(() => old)
  expect(now().user?.name).toBe('bob')
})

test('what is unmounted asks and hears no more', async () => {
  const { unmount, seen } = await signedIn()
  unmount()
  const [calls, renders] = [site.calls.length, seen.length]
  fireEvent.focus(window)
  const { now, Watch } = watching()
  renderAt(<Watch />)
  await waitFor(() => expect(now().status).toBe('signed_in'))
  await act(() => now().signOut())
  // Twice for the new page, whose effects React's strict checks run twice, and the sign-out.
  expect(site.calls.slice(calls).map(({ address }) => address)).toEqual([
    'GET /api/auth/session',
    'GET /api/auth/session',
    'POST /sign-out',
  ])
  expect(seen).toHaveLength(renders)
})

test('a sign-in leaves for Baton’s page, and comes back to this one or to another', async () => {
  const { now } = await signedIn()
  const assign = vi.spyOn(window.location, 'assign').mockImplementation(() => {})
  await now().signIn()
  await now().signIn({ callbackUrl: '/inbox' })
  expect(assign.mock.calls).toEqual([
    ['/sign-in?callbackUrl=%2Fapp%3Fa%3Db%23c'],
    ['/sign-in?callbackUrl=%2Finbox'],
  ])
})

test('a hook without a provider says what is missing', () => {
  const { Watch } = watching()
  expect(() => renderToString(<Watch />)).toThrow('this needs a <BatonProvider> above it')
})
