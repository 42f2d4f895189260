import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { askForNonce, postNonce } from '../../support/ask-for-nonce.ts'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('idToken', perFile, async ({ phoneTokens }) => (await phoneTokens('bob')).idToken)
  .extend('withCookie', ({ baton, person }) => async (headers: Record<string, string>) => {
    return rawRequest(baton.address, {
      method: 'POST',
      path: '/api/nonce',
      headers: {
        host: new URL(baton.url).host,
        cookie: await person.cookies(),
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: '',
    })
  })

test('the answer is the nonce, its seconds and the address to open, and nothing else', async ({
  person,
  baton,
}) => {
  const response = await person.ownPage('/api/nonce', { method: 'POST', body: new URLSearchParams() })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const answer = (await response.json()) as { nonce: string }
  expect(answer).toEqual({
    nonce: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    expires_in: 30,
    handoff_uri: `${baton.url}/handoff?nonce=${answer.nonce}`,
  })
})

test('a POST without any body is a form without parameters', async ({ person }) => {
  expect((await person.ownPage('/api/nonce', { method: 'POST' })).status).toBe(200)
})

test.for([
  ['same-origin by fetch metadata', { 'sec-fetch-site': 'same-origin' }],
  ['from no page at all', { 'sec-fetch-site': 'none' }],
  ['same-origin by Origin', { origin: 'own' }],
] as const)('a session cookie proves the sign-in %s', async ([, headers], { withCookie, baton }) => {
  const answer = await withCookie({ ...headers, ...('origin' in headers && { origin: baton.url }) })
  expect(answer.status).toBe(200)
})

test.for<[string, Record<string, string>]>([
  ['from another site', { 'sec-fetch-site': 'cross-site' }],
  ['from another host of the same site', { 'sec-fetch-site': 'same-site' }],
  ['from another site that claims our Origin', { 'sec-fetch-site': 'cross-site', origin: 'own' }],
  ['with the Origin of another site', { origin: 'http://127.0.0.1:9' }],
  ['with the Origin of another port', { origin: 'http://localhost:9' }],
  ['with the Origin of a sandboxed page', { origin: 'null' }],
  ['with neither fetch metadata nor Origin', {}],
  ['as a navigation', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }],
  ['as a service worker', { 'sec-fetch-site': 'same-origin', 'service-worker': 'script' }],
])('a session cookie counts for nothing %s', async ([, headers], { withCookie, baton }) => {
  const answer = await withCookie(headers.origin === 'own' ? { ...headers, origin: baton.url } : headers)
  await expectRefusal(answer, 403, 'csrf')
})

test("an app's ID token proves its user's sign-in from anywhere", async ({ newcomer, baton, idToken }) => {
  const target = newcomer()
  await target.redeem((await askForNonce(baton.url, idToken)).nonce)
  expect((await target.session())?.user).toMatchObject({ name: 'Bob Builder' })
  expect(decodeJwt(idToken).aud).toContain(`${baton.url}/api/nonce`)
})

test('an ID token outranks the session of the browser that sends it', async ({
  person,
  idToken,
  newcomer,
}) => {
  const response = await person.ownPage('/api/nonce', {
    method: 'POST',
    body: new URLSearchParams({ token: idToken }),
  })
  const { nonce } = (await response.json()) as { nonce: string }
  const target = newcomer()
  await target.redeem(nonce)
  expect((await target.session())?.user).toMatchObject({ name: 'Bob Builder' })
})

test('an ID token together with a bearer token is invalid_request', async ({ baton, idToken }) => {
  const answer = await postNonce(baton.url, { token: idToken }, { authorization: `Bearer ${idToken}` })
  await expectRefusal(answer, 400, 'invalid_request')
})

test('a bearer token that Baton does not know is refused, and outranks a good session', async ({
  person,
  baton,
  idToken,
}) => {
  for (const cookie of ['', await person.cookies()]) {
    const answer = await postNonce(
      baton.url,
      {},
      { authorization: `Bearer ${idToken}`, cookie, 'sec-fetch-site': 'same-origin' },
    )
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)
    await expectRefusal(answer, 401, 'invalid_token')
  }
})

test('without any proof the challenge names no error', async ({ baton }) => {
  const answer = await postNonce(baton.url, {})
  expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  await expectRefusal(answer, 401, 'invalid_token')
})

test('the cookie of a session that has ended proves nothing', async ({ signedIn, baton }) => {
  const leaver = await signedIn('demo')
  const cookie = await leaver.cookies()
  const asked = () => postNonce(baton.url, {}, { cookie, 'sec-fetch-site': 'same-origin' })
  expect((await asked()).status).toBe(200)
  await leaver.signOut()
  const answer = await asked()
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)
  await expectRefusal(answer, 401, 'invalid_token')
})
