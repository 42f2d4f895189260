// @vitest-environment happy-dom
import { BatonProvider } from '@baton/react'
import { BatonWebView, type BatonWebViewProps } from '@baton/react-native'
import { act, fireEvent, waitFor, within } from '@testing-library/react'
import { AppState, Text } from 'react-native'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { json, refuse } from '../../client/tests/support/small-baton.ts'
import { type Stage, startStage } from '../../client/tests/support/stage.ts'
import { onPageOf, renderIn } from '../../react/tests/support/page.tsx'
import { takeLinks } from './support/links.ts'
import { load, type Shown, shown, type WebViewProps } from './support/web-view.tsx'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
onPageOf(() => stage.baton.url, { isApp: true })
beforeEach(() => takeLinks(stage.baton))
afterEach(() => {
  shown.length = 0
  stage.baton.asUsual()
})
afterAll(() => stage.close())

const view = () => shown.at(-1) as Shown
const loaded = () => waitFor(() => expect(view()?.loads.at(-1)).toMatchObject({ status: 200 }))

/** An app whose person is signed in, with a web view. */
async function app(props: BatonWebViewProps = {}) {
  const { client } = await stage.signedIn()
  const [handOff, ownSession] = [vi.spyOn(client, 'handOff'), vi.spyOn(client, 'getOwnSession')]
  const element = (given: BatonWebViewProps) => (
    <BatonProvider client={client}>
      <BatonWebView target="demo-web" path="/inbox" testID="view" {...given} />
    </BatonProvider>
  )
  const { rerender, ...rendered } = renderIn(element(props))
  const page = within(rendered.container)
  const spies = { handOff, ownSession }
  return {
    ...rendered,
    ...page,
    ...spies,
    client,
    rerender: (given: BatonWebViewProps) => rerender(element(given)),
  }
}

test('a web view opens a link that its header proves', async () => {
  await app()
  await loaded()
  expect(view().loads).toEqual([
    { url: expect.stringContaining(`${stage.baton.url}/handoff?nonce=`), status: 303 },
    { url: `${stage.baton.url}/inbox`, status: 200 },
  ])
  const { form } = stage.baton.callsOf('POST /api/nonce').at(-1) ?? {}
  expect([form?.get('target'), form?.get('redirect_to')]).toEqual(['demo-web', '/inbox'])
})

test('another render asks for nothing and loads nothing; what else it has is the web view’s', async () => {
  const ref = vi.fn()
  const { rerender, handOff } = await app({ userAgent: 'one', ref })
  await loaded()
  const { source } = view().props
  expect(view().props).toMatchObject({ ref })
  const [asked, views] = [handOff.mock.calls.length, shown.length]
  const more: WebViewProps = { userAgent: 'two', sharedCookiesEnabled: true }
  rerender(more)
  expect(view().props).toMatchObject({
    userAgent: 'two',
    testID: 'view',
    incognito: true,
    sharedCookiesEnabled: true,
  })
  expect(view().props.source).toBe(source)
  expect([handOff.mock.calls.length, shown.length, view().loads.length]).toEqual([asked, views, 2])
})

test.each([{ target: undefined }, { path: '/elsewhere' }])('%o is another web view', async (changed) => {
  const { rerender } = await app()
  await loaded()
  const before = view()
  rerender(changed)
  await waitFor(() => expect(view()).not.toBe(before))
  await loaded()
  const { form } = stage.baton.callsOf('POST /api/nonce').at(-1) ?? {}
  expect([form?.get('target'), form?.get('redirect_to')]).toEqual(
    'path' in changed ? ['demo-web', '/elsewhere'] : [null, '/inbox'],
  )
})

test('a link that is used up or too old is asked for anew, twice, and then the person asks', async () => {
  const errors: number[] = []
  stage.baton.answerInstead('GET /handoff', (res) => res.writeHead(410).end())
  const { getByRole, queryByTestId, handOff } = await app({
    onHttpError: ({ nativeEvent }) => errors.push(nativeEvent.statusCode),
  })
  await waitFor(() => expect(getByRole('alert').textContent).toContain('did not work'))
  expect(queryByTestId('view')).toBeNull()
  const links = shown.map(({ props }) => props.source?.uri)
  expect(new Set(links).size).toBe(3)
  expect(errors).toEqual([410, 410, 410])
  // React's strict checks ask for the first one twice.
  expect(handOff).toHaveBeenCalledTimes(4)
  takeLinks(stage.baton)
  fireEvent.click(getByRole('button', { name: 'Try again' }))
  await loaded()
})

test('an expired link that is asked for once more works', async () => {
  let isFirst = true
  takeLinks(stage.baton)
  const { baton } = stage
  const { client } = await stage.signedIn()
  const handOff = client.handOff
  vi.spyOn(client, 'handOff').mockImplementation(async (...input) => {
    const made = await handOff(...input)
    if (isFirst) baton.nonces.delete(made.nonce)
    isFirst = false
    return made
  })
  renderIn(
    <BatonProvider client={client}>
      <BatonWebView />
    </BatonProvider>,
    { isStrict: false },
  )
  await loaded()
  expect(shown.map(({ loads }) => loads[0]?.status)).toEqual([410, 303])
})

test('links that are refused are counted anew after a page has loaded', async () => {
  const pages: string[] = []
  const { queryByRole } = await app({ onLoad: ({ nativeEvent }) => pages.push(nativeEvent.url) })
  await loaded()
  for (let times = 0; times < 5; times++) {
    const [used, views] = [view(), shown.length]
    // What goes back as far as to its link finds it used up.
    await act(() => load(used, used.props.source?.uri ?? ''))
    await waitFor(() => expect(shown.length).toBe(views + 1))
    await loaded()
  }
  expect(queryByRole('alert')).toBeNull()
  expect(pages.at(-1)).toBe(`${stage.baton.url}/inbox`)
})

test.each([
  ['a page of the application that is gone', 410, '/inbox'],
  ['a fault of Baton', 503, '/handoff'],
])('%s is no reason for another link', async (_, status, path) => {
  const errors: string[] = []
  stage.baton.answerInstead(`GET ${path}`, (res) => res.writeHead(status).end())
  const { getByTestId, handOff } = await app({
    onHttpError: ({ nativeEvent }) => errors.push(nativeEvent.url),
  })
  await waitFor(() => expect(errors).toEqual([expect.stringContaining(path)]))
  expect(handOff).toHaveBeenCalledTimes(2)
  expect(getByTestId('view')).toBeDefined()
})

test('a sign-out removes the web view, and the next person gets another', async () => {
  const { client, queryByTestId, getByText } = await app({ renderSignedOut: () => <Text>Sign in</Text> })
  await loaded()
  const before = view()
  await act(() => client.signOut())
  await waitFor(() => expect(getByText('Sign in')).toBeDefined())
  expect(queryByTestId('view')).toBeNull()
  await act(async () => client.signInWithIdToken(await stage.provider.idToken({ sub: 'bob' })))
  await waitFor(() => expect(view()).not.toBe(before))
  await loaded()
})

test('another person in the place of the first gets another web view', async () => {
  const { client } = await app()
  await loaded()
  const before = view()
  await act(async () => client.signInWithIdToken(await stage.provider.idToken({ sub: 'eve' })))
  await waitFor(() => expect(view()).not.toBe(before))
  await loaded()
})

test('a web view goes when the app comes back and its session has ended elsewhere', async () => {
  const heard: ((state: string) => void)[] = []
  const remove = vi.fn()
  vi.spyOn(AppState, 'addEventListener').mockImplementation(((
    _: string,
    listener: (state: string) => void,
  ) => {
    heard.push(listener)
    return { remove }
  }) as never)
  const { container, unmount, ownSession } = await app()
  await loaded()
  stage.baton.sessions.clear()
  const asked = ownSession.mock.calls.length
  await act(async () => heard.at(-1)?.('background'))
  expect(ownSession).toHaveBeenCalledTimes(asked)
  await act(async () => heard.at(-1)?.('active'))
  await waitFor(() => expect(container.innerHTML).toBe(''))
  unmount()
  expect(remove).toHaveBeenCalledTimes(heard.length)
})

test('a refusal is shown, and what is shown can be one’s own', async () => {
  stage.baton.answerInstead('POST /api/nonce', (res) => refuse(res, [403, 'unauthorized_client']))
  const { getByRole, rerender, getByText } = await app()
  await waitFor(() => expect(getByRole('alert').textContent).toContain('cannot be opened'))
  rerender({
    renderFailure: ({ error, retry }) => (
      <button type="button" onClick={retry}>
        {error?.error}
      </button>
    ),
    renderWaiting: () => <Text>Soon</Text>,
  })
  stage.baton.asUsual()
  takeLinks(stage.baton)
  fireEvent.click(getByText('unauthorized_client'))
  expect(getByText('Soon')).toBeDefined()
  await loaded()
})

test('without an answer nobody knows who is signed in, until somebody tries again', async () => {
  stage.baton.answerInstead('GET /api/auth/session', (res) =>
    json(res, 503, { error: 'temporarily_unavailable' }),
  )
  const { getByRole, getByLabelText } = await app()
  expect(getByLabelText('Loading')).toBeDefined()
  const again = await waitFor(() => getByRole('button', { name: 'Try again' }))
  expect(shown).toEqual([])
  stage.baton.asUsual()
  takeLinks(stage.baton)
  fireEvent.click(again)
  await loaded()
})

test('neither nonce nor verifier is in what is rendered', async () => {
  const { container } = await app()
  await loaded()
  const { uri, headers } = view().props.source ?? {}
  for (const secret of [new URL(uri ?? '').searchParams.get('nonce'), headers?.['Baton-Handoff-Verifier']]) {
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(container.innerHTML).not.toContain(secret)
  }
})
