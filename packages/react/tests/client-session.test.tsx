// @vitest-environment happy-dom
import { act, waitFor } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { json } from '../../client/tests/support/small-baton.ts'
import { type Stage, startStage } from '../../client/tests/support/stage.ts'
import { errorOf, onPageOf, renderAt, watching } from './support/page.tsx'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
onPageOf(() => stage.baton.url, { isApp: true })
afterEach(() => {
  stage.baton.asUsual()
  stage.provider.asUsual()
})
afterAll(() => stage.close())

/** A page of a signed-in client. */
async function signedIn() {
  const { client, webNonce } = await stage.signedIn()
  const page = watching()
  renderAt(<page.Watch />, { client })
  await waitFor(() => expect(page.now().status).toBe('signed_in'))
  return { ...page, client, webNonce }
}

test('a client’s session is that of Baton, and who is not signed in is not asked about there', async () => {
  const { now } = await signedIn()
  expect(now().user).toEqual({ id: 'demo', name: 'Name of demo', email: null, image: null })
  const before = stage.baton.calls.length
  const { Watch, now: nobody } = watching()
  renderAt(<Watch />, { client: stage.client() })
  await waitFor(() => expect(nobody().status).toBe('signed_out'))
  expect(stage.baton.calls).toHaveLength(before)
})

test('the session follows the client, whoever calls it', async () => {
  const { now, client } = await signedIn()
  await act(() => client.signOut())
  await waitFor(() => expect(now().status).toBe('signed_out'))
  await act(async () => client.signInWithIdToken(await stage.provider.idToken({ sub: 'bob' })))
  await waitFor(() => expect(now().user?.id).toBe('bob'))
})

test('the session ends when any call of the client finds that it has', async () => {
  const { now, client, webNonce } = await signedIn()
  stage.baton.sessions.delete(webNonce)
  await act(() => errorOf(client.getToken()))
  await waitFor(() => expect(now().status).toBe('signed_out'))
})

test('an app signs in where `authorize` leads it, by the newest function', async () => {
  const client = stage.client()
  const { Watch, now } = watching()
  const asked: string[] = []
  const app = renderAt(<Watch />, { client, authorize: async () => 'org.example.app:/wrong' })
  app.rerender(<Watch />, {
    client,
    authorize: async (url) => {
      asked.push(url)
      return stage.provider.callback(url)
    },
  })
  await act(() => now().signIn({ loginHint: 'ada' }))
  await waitFor(() => expect(now().status).toBe('signed_in'))
  expect(asked).toEqual([expect.stringContaining('login_hint=ada')])
  await act(() => now().signOut())
  expect(now().status).toBe('signed_out')
})

test('who gives up a sign-in stays signed out', async () => {
  const { Watch, now } = watching()
  renderAt(<Watch />, { client: stage.client(), authorize: async () => undefined })
  await act(() => now().signIn())
  await waitFor(() => expect(now().status).toBe('signed_out'))
})

test('in a browser the page is left for the sign-in, and the client finishes it', async () => {
  const assign = vi.spyOn(window.location, 'assign').mockImplementation(() => {})
  const client = stage.client()
  const { Watch, now } = watching()
  renderAt(<Watch />, { client })
  await act(() => now().signIn())
  const [[url = ''] = []] = assign.mock.calls as string[][]
  expect(url).toContain(`${stage.provider.issuer}/authorize?`)
  await act(() => client.finishSignIn(stage.provider.callback(url)))
  await waitFor(() => expect(now().status).toBe('signed_in'))
})

test('a sign-out that Baton does not hear of is one here, and says so', async () => {
  const { now } = await signedIn()
  stage.baton.answerInstead('POST /oidc/revoke', (res) =>
    json(res, 503, { error: 'temporarily_unavailable' }),
  )
  const error = await act(() => errorOf(now().signOut()))
  expect(error).toMatchObject({ code: 'not_revoked' })
  expect(now().status).toBe('signed_out')
})

test('another client is another session', async () => {
  const [first, second] = [await stage.signedIn(), await stage.signedIn()]
  const { Watch, now } = watching()
  const app = renderAt(<Watch />, { client: first.client })
  await waitFor(() => expect(now().status).toBe('signed_in'))
  const { sid } = now().session ?? {}
  app.rerender(<Watch />, { client: second.client })
  await waitFor(() => expect(now().session?.sid).not.toBe(sid))
  await act(() => first.client.signOut())
  expect(now().status).toBe('signed_in')
})
