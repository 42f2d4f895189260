import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppStage, appOrigin, startAppStage } from '../../support/app-stage.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

let stage: AppStage
let url: string

beforeAll(async () => {
  stage = await startAppStage()
  url = stage.baton.url
})
afterAll(() => stage?.close())

test('the proxy takes a web nonce as bearer, and gives the backend a token of Baton’s own for that session', async () => {
  const webNonce = await stage.webNonce(await stage.issuer.idToken(url, { name: 'Ada Lovelace' }))
  const answer = await stage.call(webNonce)
  expect(await answer.json()).toEqual({ greeting: 'Hello, Ada Lovelace!' })
  const seen = (await (await stage.call(webNonce, '/echo')).json()) as { headers: Record<string, string> }
  expect(seen.headers.authorization).toMatch(/^Bearer sha256:/)
  expect(JSON.stringify(seen)).not.toContain(webNonce)
})

test.each([
  ['unknown', 'x'.repeat(43)],
  ['empty', ''],
  ['no web nonce at all', 'a.b.c'],
])('a bearer that is %s is refused, were there a good cookie beside it', async (_, bearer) => {
  const person = await stage.signedIn()
  const answer = await person.ownPage(greeting, { headers: { authorization: `Bearer ${bearer}` } })
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)
  await expectRefusal(answer, 401, 'invalid_token')
})

test('a web nonce outranks a cookie, and needs no page of Baton’s own', async () => {
  const person = await stage.signedIn('bob')
  const webNonce = await stage.webNonce(await stage.issuer.idToken(url, { name: 'Ada Lovelace' }))
  const answer = await person.request(greeting, {
    headers: {
      authorization: `Bearer ${webNonce}`,
      'sec-fetch-site': 'cross-site',
      origin: 'https://elsewhere.example',
    },
  })
  expect(await answer.json()).toEqual({ greeting: 'Hello, Ada Lovelace!' })
})

test('/api/auth/session says whose session a web nonce stands for, were there a cookie beside it', async () => {
  const person = await stage.signedIn('bob')
  const webNonce = await stage.webNonce(await stage.issuer.idToken(url, { name: 'Ada Lovelace' }))
  const ask = (bearer: string) =>
    person.request('/api/auth/session', { headers: { authorization: `Bearer ${bearer}` } })
  const { sid, sub } = (await (await stage.introspect(webNonce)).json()) as { sid: string; sub: string }
  expect(await (await ask(webNonce)).json()).toEqual({
    user: { id: sub, name: 'Ada Lovelace', email: null, image: null },
    expires: expect.stringMatching(/^\d{4}-/),
    provider: null,
    sid,
  })
  await expectRefusal(await ask('x'.repeat(43)), 401, 'invalid_token')
})

test('a web nonce that is revoked is refused by the proxy and /api/nonce at once', async () => {
  const webNonce = await stage.webNonce()
  expect((await stage.call(webNonce)).status).toBe(200)
  await stage.revoke(webNonce)
  await expectRefusal(await stage.call(webNonce), 401, 'invalid_token')
  const nonce = await stage.post('/api/nonce', {}, { authorization: `Bearer ${webNonce}` })
  await expectRefusal(nonce, 401, 'invalid_token')
})

test('/api/nonce hands an app’s session over to what its client may hand over to, and nothing else', async () => {
  const authorization = `Bearer ${await stage.webNonce()}`
  const ask = (form: Record<string, string>) => stage.post('/api/nonce', form, { authorization })
  expect(await (await ask({ target: 'web' })).json()).toMatchObject({
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  })
  await expectRefusal(await ask({ target: 'other-app' }), 403, 'unauthorized_client')
  await expectRefusal(await ask({ token: await stage.issuer.idToken(url) }), 400, 'invalid_request')
})

test('a page of an app’s origin may call the proxy by bearer: preflight, answer and errors, without credentials', async () => {
  const host = new URL(url).host
  const preflight = (origin: string, path = greeting) =>
    httpCall(url, path, {
      method: 'OPTIONS',
      headers: {
        host,
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,if-match',
      },
    })
  const allowed = await preflight(appOrigin)
  expect([allowed.status, allowed.headers]).toMatchObject([
    204,
    {
      'access-control-allow-origin': appOrigin,
      'access-control-allow-headers': 'authorization,if-match',
      'access-control-allow-methods': expect.stringContaining('PUT'),
      vary: 'Origin',
    },
  ])
  expect(allowed.headers).not.toHaveProperty('access-control-allow-credentials')
  const foreign = await preflight('https://evil.example')
  expect([foreign.status, foreign.headers['access-control-allow-origin']]).toEqual([401, undefined])

  const webNonce = await stage.webNonce()
  const headers = { origin: appOrigin, 'sec-fetch-site': 'cross-site' }
  const good = await stage.call(webNonce, '/greeting', { headers })
  expect([good.status, good.headers.get('access-control-allow-origin')]).toEqual([200, appOrigin])
  expect(good.headers.get('vary')).toMatch(/Origin/)
  expect(good.headers.get('access-control-expose-headers')).toBe('*')
  const bad = await stage.call('x'.repeat(43), '/greeting', { headers })
  expect([bad.status, bad.headers.get('access-control-allow-origin')]).toEqual([401, appOrigin])
  const unlisted = await stage.call(webNonce, '/greeting', { headers: { origin: 'https://evil.example' } })
  expect(unlisted.headers.get('access-control-allow-origin')).toBeNull()
  // What rides on a cookie stays closed.
  const person = await stage.signedIn()
  const byCookie = await person.request(greeting, {
    headers: { origin: appOrigin, 'sec-fetch-site': 'cross-site' },
  })
  expect([byCookie.status, byCookie.headers.get('access-control-allow-origin')]).toEqual([403, null])
})
