import { afterAll, beforeAll, expect, test } from 'vitest'
import { basic, idTokenType, tokenExchange } from '../../support/app-stage.ts'
import { postNonce } from '../../support/ask-for-nonce.ts'
import { type Baton, startBaton } from '../../support/baton.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { freePort } from '../../support/free-port.ts'
import { type Partners, startPartners } from '../../support/partners.ts'
import { newPerson, type Person } from '../../support/person.ts'
import { startOwnPostgres } from '../../support/servers/own-postgres.ts'
import { signInAsPhone } from '../../support/sign-in-as-phone.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

let postgres: Awaited<ReturnType<typeof startOwnPostgres>>
let partners: Partners
let baton: Baton
let person: Person
/** Signed in, and not seen by this process yet. */
let unseen: Person
let idToken: string
let nonce: string

beforeAll(async () => {
  postgres = await startOwnPostgres()
  const port = await freePort()
  partners = await startPartners({ batonPort: port })
  const config = partners.config({
    handoff: { nonceTtl: 120 },
    clients: [
      {
        client_id: 'demo-phone',
        token_endpoint_auth_method: 'none',
        resource_servers: ['demo-backend'],
        handoff: { mayRequest: true },
      },
      { client_id: 'demo-backend', client_secret: 'demo-backend-secret' },
    ],
  })
  const start = () => startBaton({ config, database: { url: postgres.url }, port })
  baton = await start()
  unseen = newPerson(baton.url)
  await unseen.signIn('bob')
  // A process that knows nothing of that session yet.
  await baton.stop()
  baton = await start()
  person = newPerson(baton.url)
  await person.signIn()
  nonce = (await person.askForNonce()).nonce
  const phone = { identityProviderUrl: partners.issuer, user: 'demo', password: 'demo' }
  idToken = (await signInAsPhone(phone)).idToken
  expect((await fetch(`${baton.address}/api/ready`)).status).toBe(200)
  await postgres.stop()
})

afterAll(async () => {
  await baton?.stop()
  await partners?.close()
  await postgres?.remove()
})

test('without its database the server is alive and not ready, and says what is missing', async () => {
  expect((await fetch(`${baton.address}/api/health`)).status).toBe(200)
  const ready = await fetch(`${baton.address}/api/ready`)
  expect(ready.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  const text = await ready.clone().text()
  expect(JSON.parse(text).error_description).toContain('database')
  await expectRefusal(ready, 503, 'temporarily_unavailable')
})

const calls: [string, () => Promise<Response>][] = [
  ['a call of a backend in a session that was not seen yet', () => unseen.ownPage(greeting)],
  ['a browser that asks for a nonce', () => person.ownPage('/api/nonce', { method: 'POST' })],
  ['an app that asks for a nonce', () => postNonce(baton.url, { token: idToken })],
  [
    'a question how far a nonce has come',
    () => person.ownPage('/api/nonce/status', { method: 'POST', body: new URLSearchParams({ nonce }) }),
  ],
  ['a hand-off page', () => newPerson(baton.url).request(`/handoff?nonce=${nonce}`)],
  ['a redemption', () => newPerson(baton.url).redeem(nonce)],
]

test.each(calls)('%s is asked to come again, and hears no word of the database', async (_, call) => {
  const answer = await call()
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  expect(answer.headers.getSetCookie()).toEqual([])
  expect(await answer.clone().text()).not.toMatch(/postgres|prisma|ECONN|database|127\.0\.0\.1/i)
  await expectRefusal(answer, 503, 'temporarily_unavailable')
})

const atProvider: [string, string, Record<string, string>][] = [
  [
    'an app that exchanges its ID token',
    '/oidc/token',
    { grant_type: tokenExchange, subject_token_type: idTokenType, client_id: 'demo-phone' },
  ],
  ['a resource server that asks whose session it is', '/oidc/introspect', { token: 'x'.repeat(43) }],
  ['an app that revokes', '/oidc/revoke', { token: 'x'.repeat(43), client_id: 'demo-phone' }],
]

test.each(atProvider)('%s is asked to come again as well', async (_, path, form) => {
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
})

test('calls in a session that is known go on without the database', async () => {
  expect((await person.ownPage(greeting)).status).toBe(200)
})

test('a sign-out that cannot end the session says so and keeps the cookie', async () => {
  const { csrfToken } = (await (await person.request('/api/auth/csrf')).json()) as { csrfToken: string }
  const answer = await person.ownPage('/api/auth/signout', {
    method: 'POST',
    body: new URLSearchParams({ csrfToken }),
  })
  expect(answer.headers.getSetCookie()).toEqual([])
  await expectRefusal(answer, 503, 'temporarily_unavailable')
})

test('a visit meanwhile signs nobody out', async () => {
  for (const path of ['/', '/sign-in', '/session', '/api/auth/session']) {
    const answer = await person.request(path)
    const removed = answer.headers.getSetCookie().filter((cookie) => /session-token=;|Max-Age=0/.test(cookie))
    expect({ path, removed }).toEqual({ path, removed: [] })
    expect(await answer.text()).not.toMatch(/postgres|prisma|ECONN/i)
  }
})

test('when the database is back everything goes on: the session, its nonce and its backend', async () => {
  await postgres.start()
  await expect.poll(async () => (await fetch(`${baton.address}/api/ready`)).status).toBe(200)
  expect((await person.ownPage(greeting)).status).toBe(200)
  expect((await newPerson(baton.url).redeem(nonce)).status).toBe(303)
})
