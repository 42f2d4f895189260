import { expect } from 'vitest'
import { postNonce } from '../../support/ask-for-nonce.ts'
import type { Baton } from '../../support/baton.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { linesOf } from '../../support/log-lines.ts'
import { ownId } from '../../support/own-id.ts'
import type { Person } from '../../support/person.ts'
import { perFile } from '../../support/test.ts'
import { basic, idTokenType, tokenExchange } from '../../support/test-apps.ts'
import { test as base } from '../../support/test-own-database.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

type Away = {
  /** The process that has lost its database. */
  running: Baton
  person: Person
  /** Signed in, and not seen by this process yet. */
  unseen: Person
  idToken: string
  nonce: string
}

const test = base
  /** Takes the database away, and tells what there was before. */
  .extend(
    'away',
    { ...perFile, auto: true },
    async ({ stage, baton, postgres, signedIn, startAnother, phoneTokens }): Promise<Away> => {
      const unseen = await signedIn('bob')
      // A process that knows nothing of that session yet.
      await baton.stop()
      const running = await startAnother({ port: stage.publicPort })
      const person = await signedIn()
      const { nonce } = await person.askForNonce()
      const { idToken } = await phoneTokens()
      expect((await fetch(`${baton.address}/api/ready`)).status).toBe(200)
      await postgres.stop()
      return { running, person, unseen, idToken, nonce }
    },
  )

test('without its database the server is alive and not ready, and says what is missing', async ({
  baton,
}) => {
  expect((await fetch(`${baton.address}/api/health`)).status).toBe(200)
  const look = () => fetch(`${baton.address}/api/ready`)
  // The look of the last second holds.
  await expect.poll(async () => (await look()).status).toBe(503)
  const ready = await look()
  expect(ready.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  const text = await ready.clone().text()
  expect(JSON.parse(text).error_description).toContain('database')
  await expectRefusal(ready, 503, 'temporarily_unavailable')
})

type Given = Away & { batonUrl: string; newcomer: () => Person }

const calls: [string, (given: Given) => Promise<Response>][] = [
  ['a call of a backend in a session that was not seen yet', ({ unseen }) => unseen.ownPage(greeting)],
  ['a browser that asks for a nonce', ({ person }) => person.ownPage('/api/nonce', { method: 'POST' })],
  ['an app that asks for a nonce', ({ batonUrl, idToken }) => postNonce(batonUrl, { token: idToken })],
  [
    'a question how far a nonce has come',
    ({ person, nonce }) => person.ownPage(`/api/nonce/status?nonce=${nonce}`),
  ],
  ['a hand-off page', ({ newcomer, nonce }) => newcomer().request(`/handoff?nonce=${nonce}`)],
  ['a redemption', ({ newcomer, nonce }) => newcomer().redeem(nonce)],
]

test.for(calls)(
  '%s gets a 503 that does not mention the database',
  async ([, call], { away, baton, newcomer }) => {
    const answer = await call({ ...away, batonUrl: baton.url, newcomer })
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await answer.clone().text()).not.toMatch(/postgres|prisma|ECONN|database|127\.0\.0\.1/i)
    await expectRefusal(answer, 503, 'temporarily_unavailable')
  },
)

const atProvider: [string, string, Record<string, string>][] = [
  [
    'an app that exchanges its ID token',
    '/oidc/token',
    { grant_type: tokenExchange, subject_token_type: idTokenType, client_id: 'demo-phone' },
  ],
  ['a resource server that asks whose session it is', '/oidc/introspect', { token: 'x'.repeat(43) }],
  ['an app that revokes', '/oidc/revoke', { token: 'x'.repeat(43), client_id: 'demo-phone' }],
]

test.for(atProvider)('%s gets a 503 as well', async ([, path, form], { away: { idToken }, baton }) => {
  const isExchange = path === '/oidc/token'
  const answer = await fetch(`${baton.url}${path}`, {
    method: 'POST',
    headers: form.client_id ? {} : { authorization: basic('demo-backend', 'demo-backend-secret') },
    body: new URLSearchParams({ ...form, ...(isExchange && { subject_token: idToken }) }),
  })
  const body = await answer.json()
  expect({ status: answer.status, body }).toEqual({
    status: 503,
    body: { error: 'temporarily_unavailable', error_description: expect.any(String) },
  })
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test('calls in a session that is known go on without the database', async ({ away: { person } }) => {
  expect((await person.ownPage(greeting)).status).toBe(200)
})

test.for(['', 'everywhere=1'])(
  'the form of a sign-out that cannot end the session keeps the cookie as well (%j)',
  async (fields, { away: { person } }) => {
    const answer = await person.ownPage('/sign-out', { method: 'POST', body: new URLSearchParams(fields) })
    expect(answer.headers.getSetCookie()).toEqual([])
    await expectRefusal(answer, 503, 'temporarily_unavailable')
  },
)

test('a sign-out that cannot end the session says so and keeps the cookie', async ({ away: { person } }) => {
  const { csrfToken } = (await (await person.request('/api/auth/csrf')).json()) as { csrfToken: string }
  const answer = await person.ownPage('/api/auth/signout', {
    method: 'POST',
    body: new URLSearchParams({ csrfToken }),
  })
  expect(answer.headers.getSetCookie()).toEqual([])
  await expectRefusal(answer, 503, 'temporarily_unavailable')
})

test('a visit meanwhile does not sign out', async ({ away: { person } }) => {
  for (const path of ['/', '/sign-in', '/sessions', '/api/auth/session']) {
    const answer = await person.request(path)
    const removed = answer.headers
      .getSetCookie()
      .filter((cookie) => /baton\.session=;|Max-Age=0/.test(cookie))
    expect({ path, removed }).toEqual({ path, removed: [] })
    expect(await answer.text()).not.toMatch(/postgres|prisma|ECONN/i)
  }
})

test('a page that cannot be shown is logged under the id of its answer', async ({
  away: { unseen, running },
}) => {
  const answer = await unseen.request('/sessions', { headers: { accept: 'text/html' } })
  const id = answer.headers.get('x-request-id')
  expect([answer.status, id]).toEqual([503, expect.stringMatching(ownId)])
  expect(await answer.text()).toContain(id)
  const logged = { code: 'temporarily_unavailable' }
  await expect.poll(() => linesOf(running, id)).toContainEqual(expect.objectContaining(logged))
})

test('when the database is back everything goes on: the session, its nonce and its backend', async ({
  postgres,
  baton,
  newcomer,
  away: { person, nonce },
}) => {
  await postgres.start()
  await expect.poll(async () => (await fetch(`${baton.address}/api/ready`)).status).toBe(200)
  expect((await person.ownPage(greeting)).status).toBe(200)
  expect((await newcomer().redeem(nonce)).status).toBe(303)
})
