import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nonceFor, postNonce } from '../../support/app.ts'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import type { Person } from '../../support/person.ts'
import { signInAsPhone } from '../../support/sign-in-as-phone.ts'
import { type Stage, startStage } from '../../support/stage.ts'

let stage: Stage
let url: string
let source: Person
let idToken: string

beforeAll(async () => {
  stage = await startStage()
  url = stage.baton.url
  source = await stage.signedIn('demo')
  const phone = { identityProviderUrl: stage.partners.issuer, user: 'bob', password: 'bob' }
  idToken = (await signInAsPhone(phone)).idToken
})

afterAll(() => stage?.close())

test('the answer is the nonce, its seconds and the address to open, and nothing else', async () => {
  const response = await source.ownPage('/api/nonce', { method: 'POST', body: new URLSearchParams() })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const answer = (await response.json()) as { nonce: string }
  expect(answer).toEqual({
    nonce: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    expires_in: 30,
    handoff_uri: `${url}/handoff?nonce=${answer.nonce}`,
  })
})

test('a POST without any body is a form without parameters', async () => {
  expect((await source.ownPage('/api/nonce', { method: 'POST' })).status).toBe(200)
})

test.each([
  ['same-origin by fetch metadata', { 'sec-fetch-site': 'same-origin' }],
  ['from no page at all', { 'sec-fetch-site': 'none' }],
  ['same-origin by Origin', { origin: 'own' }],
])('a session cookie proves the sign-in %s', async (_, headers) => {
  const answer = await withCookie({ ...headers, ...('origin' in headers && { origin: url }) })
  expect(answer.status).toBe(200)
})

test.each([
  ['from another site', { 'sec-fetch-site': 'cross-site' }],
  ['from another host of the same site', { 'sec-fetch-site': 'same-site' }],
  ['from another site that claims our Origin', { 'sec-fetch-site': 'cross-site', origin: 'own' }],
  ['with the Origin of another site', { origin: 'http://127.0.0.1:9' }],
  ['with the Origin of another port', { origin: 'http://localhost:9' }],
  ['with the Origin of a sandboxed page', { origin: 'null' }],
  ['with neither fetch metadata nor Origin', {}],
  ['as a navigation', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }],
  ['as a service worker', { 'sec-fetch-site': 'same-origin', 'service-worker': 'script' }],
])('a session cookie counts for nothing %s', async (_, headers: Record<string, string>) => {
  const answer = await withCookie(headers.origin === 'own' ? { ...headers, origin: url } : headers)
  await expectRefusal(answer, 403, 'csrf')
})

test("an app's ID token proves its user's sign-in from anywhere", async () => {
  const target = stage.newcomer()
  await target.redeem(await nonceFor(url, idToken))
  expect((await target.session())?.user).toMatchObject({ name: 'Bob Builder' })
  expect(decodeJwt(idToken).aud).toContain(`${url}/api/nonce`)
})

test('an ID token outranks the session of the browser that sends it', async () => {
  const response = await source.ownPage('/api/nonce', {
    method: 'POST',
    body: new URLSearchParams({ token: idToken }),
  })
  const { nonce } = (await response.json()) as { nonce: string }
  const target = stage.newcomer()
  await target.redeem(nonce)
  expect((await target.session())?.user).toMatchObject({ name: 'Bob Builder' })
})

test('an ID token together with a bearer token is invalid_request', async () => {
  const answer = await postNonce(url, { token: idToken }, { authorization: `Bearer ${idToken}` })
  await expectRefusal(answer, 400, 'invalid_request')
})

test('a bearer token that Baton does not know is refused, and outranks a good session', async () => {
  for (const cookie of ['', await source.cookies()]) {
    const answer = await postNonce(
      url,
      {},
      { authorization: `Bearer ${idToken}`, cookie, 'sec-fetch-site': 'same-origin' },
    )
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)
    await expectRefusal(answer, 401, 'invalid_token')
  }
})

test('without any proof the challenge names no error', async () => {
  const answer = await postNonce(url, {})
  expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  await expectRefusal(answer, 401, 'invalid_token')
})

test('the cookie of a session that has ended proves nothing', async () => {
  const leaver = await stage.signedIn('demo')
  const cookie = await leaver.cookies()
  const asked = () => postNonce(url, {}, { cookie, 'sec-fetch-site': 'same-origin' })
  expect((await asked()).status).toBe(200)
  await leaver.signOut()
  const answer = await asked()
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)
  await expectRefusal(answer, 401, 'invalid_token')
})

async function withCookie(headers: Record<string, string>) {
  return rawRequest(stage.baton.address, {
    method: 'POST',
    path: '/api/nonce',
    headers: {
      host: new URL(url).host,
      cookie: await source.cookies(),
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: '',
  })
}
