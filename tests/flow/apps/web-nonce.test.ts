import { expect } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { appOrigin } from '../../support/full-config.ts'
import { test } from '../../support/test-apps.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

test('the proxy takes a web nonce as bearer and gives the backend Baton’s own token', async ({
  app,
  issuer,
  baton,
}) => {
  const webNonce = await app.webNonce(await issuer.idToken(baton.url, { name: 'Ada Lovelace' }))
  const answer = await app.call(webNonce)
  expect(await answer.json()).toEqual({ greeting: 'Hello, Ada Lovelace!' })
  const seen = (await (await app.call(webNonce, '/echo')).json()) as { headers: Record<string, string> }
  expect(seen.headers.authorization).toMatch(/^Bearer sha256:/)
  expect(JSON.stringify(seen)).not.toContain(webNonce)
})

test.for([
  ['unknown', 'x'.repeat(43)],
  ['empty', ''],
  ['no web nonce at all', 'a.b.c'],
] as const)(
  'a bearer that is %s is refused, even with a good cookie beside it',
  async ([, bearer], { signedIn }) => {
    const person = await signedIn()
    const answer = await person.ownPage(greeting, { headers: { authorization: `Bearer ${bearer}` } })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)
    await expectRefusal(answer, 401, 'invalid_token')
  },
)

test('a web nonce outranks a cookie, and needs no page of Baton’s own', async ({
  signedIn,
  app,
  issuer,
  baton,
}) => {
  const person = await signedIn('bob')
  const webNonce = await app.webNonce(await issuer.idToken(baton.url, { name: 'Ada Lovelace' }))
  const answer = await person.request(greeting, {
    headers: {
      authorization: `Bearer ${webNonce}`,
      'sec-fetch-site': 'cross-site',
      origin: 'https://elsewhere.example',
    },
  })
  expect(await answer.json()).toEqual({ greeting: 'Hello, Ada Lovelace!' })
})

test('pages of an app’s origin may ask who is signed in by the web nonce, and ride on no cookie', async ({
  signedIn,
  app,
  baton,
}) => {
  const ask = (origin: string, headers: Record<string, string> = {}) =>
    fetch(`${baton.url}/api/auth/session`, { headers: { origin, ...headers } })
  const openTo = (answer: Response) => answer.headers.get('access-control-allow-origin')
  const authorization = `Bearer ${await app.webNonce()}`
  const answer = await ask(appOrigin, { authorization })
  expect([openTo(answer), answer.headers.get('access-control-allow-credentials')]).toEqual([appOrigin, null])
  expect(await answer.json()).toMatchObject({ user: { id: expect.any(String) }, sid: expect.any(String) })
  expect(openTo(await ask('https://evil.example', { authorization }))).toBeNull()
  const cookie = await (await signedIn()).cookies()
  expect(openTo(await ask(appOrigin, { cookie }))).toBeNull()
})

test('/api/auth/session answers for the web nonce, even with a cookie beside it', async ({
  signedIn,
  app,
  issuer,
  baton,
}) => {
  const person = await signedIn('bob')
  // Other tests know more of the issuer's usual person.
  const webNonce = await app.webNonce(
    await issuer.idToken(baton.url, { sub: 'ada without an address', name: 'Ada Lovelace' }),
  )
  const ask = (bearer: string) =>
    person.request('/api/auth/session', { headers: { authorization: `Bearer ${bearer}` } })
  const { sid, sub } = (await (await app.introspect(webNonce)).json()) as { sid: string; sub: string }
  expect(await (await ask(webNonce)).json()).toEqual({
    user: { id: sub, name: 'Ada Lovelace', email: null, image: null },
    expires: expect.stringMatching(/^\d{4}-/),
    provider: null,
    sid,
  })
  await expectRefusal(await ask('x'.repeat(43)), 401, 'invalid_token')
})

test('a web nonce that is revoked is refused by the proxy and /api/nonce at once', async ({ app }) => {
  const webNonce = await app.webNonce()
  expect((await app.call(webNonce)).status).toBe(200)
  await app.revoke(webNonce)
  await expectRefusal(await app.call(webNonce), 401, 'invalid_token')
  const nonce = await app.post('/api/nonce', {}, { authorization: `Bearer ${webNonce}` })
  await expectRefusal(nonce, 401, 'invalid_token')
})

test('/api/nonce hands an app’s session over to its client’s targets and to no other', async ({
  app,
  issuer,
  baton,
}) => {
  const authorization = `Bearer ${await app.webNonce()}`
  const ask = (form: Record<string, string>) => app.post('/api/nonce', form, { authorization })
  expect(await (await ask({ target: 'web' })).json()).toMatchObject({
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  })
  await expectRefusal(await ask({ target: 'other-app' }), 403, 'unauthorized_client')
  await expectRefusal(await ask({ token: await issuer.idToken(baton.url) }), 400, 'invalid_request')
})

test('a page of an app’s origin may call the proxy by bearer, without credentials', async ({
  baton,
  app,
  signedIn,
}) => {
  const host = new URL(baton.url).host
  const preflight = (origin: string, path = greeting) =>
    httpCall(baton.url, path, {
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

  const webNonce = await app.webNonce()
  const headers = { origin: appOrigin, 'sec-fetch-site': 'cross-site' }
  const good = await app.call(webNonce, '/greeting', { headers })
  expect([good.status, good.headers.get('access-control-allow-origin')]).toEqual([200, appOrigin])
  expect(good.headers.get('vary')).toMatch(/Origin/)
  expect(good.headers.get('access-control-expose-headers')).toBe('*, DPoP-Nonce, WWW-Authenticate')
  const bad = await app.call('x'.repeat(43), '/greeting', { headers })
  expect([bad.status, bad.headers.get('access-control-allow-origin')]).toEqual([401, appOrigin])
  const unlisted = await app.call(webNonce, '/greeting', { headers: { origin: 'https://evil.example' } })
  expect(unlisted.headers.get('access-control-allow-origin')).toBeNull()
  // What rides on a cookie stays closed.
  const person = await signedIn()
  const byCookie = await person.request(greeting, {
    headers: { origin: appOrigin, 'sec-fetch-site': 'cross-site' },
  })
  expect([byCookie.status, byCookie.headers.get('access-control-allow-origin')]).toEqual([403, null])
})
