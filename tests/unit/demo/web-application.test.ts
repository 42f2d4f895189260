import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { newPerson } from '../../support/person.ts'
import { test as base, SESSION_COOKIE } from '../../support/test-web-application.ts'

const NONCE_ACR = 'urn:baton:authentication:nonce'

const test = base
  /** What a session's cookie is still good for, whatever became of it in the browser. */
  .extend('statusOf', ({ webUrl }) => async (sessionId: string): Promise<number> => {
    return (await fetch(`${webUrl}/me`, { headers: { cookie: `${SESSION_COOKIE}=${sessionId}` } })).status
  })

test('the web application serves before Baton does, and finds it later', async ({ beforeBaton, webUrl }) => {
  expect(beforeBaton).toEqual([200, 503])
  expect((await fetch(`${webUrl}/?nonce=good`, { redirect: 'manual' })).status).toBe(303)
})

test('a hand-off nonce goes to Baton with PKCE, state and nonce, for the nonce authenticator', async ({
  webUrl,
  provider,
}) => {
  const start = await fetch(`${webUrl}/?nonce=N-1&iss=${provider.issuer}`, { redirect: 'manual' })
  const { origin, searchParams } = new URL(start.headers.get('location') ?? '')
  expect(origin).toBe(provider.url)
  expect(Object.fromEntries(searchParams)).toMatchObject({
    redirect_uri: `${webUrl}/callback`,
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    login_hint_token: 'N-1',
    acr_values: NONCE_ACR,
    prompt: 'login',
  })
  expect(start.headers.getSetCookie().join()).toMatch(/HttpOnly; SameSite=Lax$/)
})

test('a hand-off ends signed in, without the nonce in the address', async ({ handedOver, webUrl }) => {
  const { page, me } = await handedOver()
  expect(page).toMatchObject({ url: `${webUrl}/`, status: 200 })
  expect(page.html).toContain('Signed in as Demo User')
  const answer = { sub: 'demo', acr: NONCE_ACR, amr: ['pwd'], auth_time: expect.any(Number) }
  expect(await (await me()).json()).toEqual(answer)
})

test('whoever is signed in already gets a new session, and the old one is dropped', async ({
  handedOver,
  statusOf,
}) => {
  const first = await handedOver()
  const second = await handedOver(first.person)
  expect(second.sessionId).not.toBe(first.sessionId)
  expect((await second.me()).status).toBe(200)
  expect(await statusOf(first.sessionId)).toBe(401)
})

test('a target_link_uri of the web application is where the sign-in ends', async ({
  provider,
  follow,
  webUrl,
}) => {
  const ends = async (target: string) => {
    const path = `/?nonce=good&iss=${provider.issuer}&target_link_uri=${encodeURIComponent(target)}`
    return (await follow(newPerson(webUrl), path)).url
  }
  expect(await ends('/me?a=1#b')).toBe(`${webUrl}/me?a=1#b`)
  expect(await ends(`${webUrl}/me`)).toBe(`${webUrl}/me`)
  expect(await ends(`${webUrl}//example.com/`)).toBe(`${webUrl}//example.com/`)
})

test.for([
  'iss=http://127.0.0.1:1/oidc',
  'target_link_uri=https://example.com/',
  'target_link_uri=//example.com/',
  'target_link_uri=/\\example.com/',
  'target_link_uri=javascript:alert(1)',
  'nonce=another',
])('%s is refused before anything begins', async (parameter, { webUrl }) => {
  const response = await fetch(`${webUrl}/?nonce=good&${parameter}`, { redirect: 'manual' })
  expect([response.status, response.headers.getSetCookie()]).toEqual([400, []])
})

test('a bad nonce ends at a page that offers ordinary sign-in, which works', async ({ webUrl, follow }) => {
  const person = newPerson(webUrl)
  const page = await follow(person, '/?nonce=unmet_authentication_requirements')
  expect(page.html).toContain('This link does not work any more')
  expect(page.html).toContain('<form method="post" action="/sign-in">')
  expect((await person.request('/me')).status).toBe(401)
  expect((await follow(person, '/sign-in', { method: 'POST' })).html).toContain('Signed in as Demo User')
})

test('any other error, and a callback in another browser, end at a plain page', async ({
  follow,
  webUrl,
}) => {
  expect((await follow(newPerson(webUrl), '/?nonce=access_denied')).html).toContain('access_denied: No.')
  const start = await fetch(`${webUrl}/?nonce=good`, { redirect: 'manual' })
  const other = await follow(newPerson(webUrl), start.headers.get('location') ?? '')
  expect(other).toMatchObject({ status: 400, html: expect.stringContaining('begun in another browser') })
})

test('signing out ends the session here and goes on to Baton', async ({
  handedOver,
  provider,
  webUrl,
  statusOf,
}) => {
  const { person, sessionId } = await handedOver()
  const response = await person.request('/sign-out', { method: 'POST' })
  const { origin, searchParams } = new URL(response.headers.get('location') ?? '')
  expect([origin, searchParams.get('post_logout_redirect_uri')]).toEqual([provider.url, `${webUrl}/`])
  expect(decodeJwt(searchParams.get('id_token_hint') ?? '')).toMatchObject({ aud: 'demo-web', sub: 'demo' })
  expect(await statusOf(sessionId)).toBe(401)
})
