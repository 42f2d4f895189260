import { createClient } from '@baton/client'
import { expect } from 'vitest'
import { askAsBrowser, numberOn, stateOf } from '../../support/another-device.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { appOrigin } from '../../support/full-config.ts'
import { idTokenType, tokenExchange } from '../../support/test-apps.ts'
import { test as base, elsewhere, expectError, here } from '../../support/test-devices.ts'
import { first, from, newAddress, statusesOf } from '../../support/test-limits.ts'

const test = base.extend('app', ({ baton: { url }, issuer }) => {
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) })
  return {
    async webNonce() {
      const subject_token = await issuer.idToken(url, { jti: crypto.randomUUID() })
      const form = {
        grant_type: tokenExchange,
        client_id: 'app',
        subject_token,
        subject_token_type: idTokenType,
      }
      return ((await (await post('/oidc/token', form)).json()) as { access_token: string }).access_token
    },
    device: (webNonce: string, form: Record<string, string>, headers: Record<string, string> = here) =>
      post('/api/device', form, { ...headers, authorization: `Bearer ${webNonce}` }),
  }
})

test('an app sees what asks, and approves a browser in its network by one of three numbers', async ({
  app,
  waiting,
}) => {
  const webNonce = await app.webNonce()
  const user_code = await askAsBrowser(waiting)
  const seen = await app.device(webNonce, { user_code })
  expect(seen.status).toBe(200)
  const request = await seen.json()
  expect(request).toEqual({
    kind: 'browser',
    address: '203.0.113.7',
    same_network: true,
    asked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    numbers: [expect.any(String), expect.any(String), expect.any(String)],
  })
  const number = await numberOn(waiting)
  expect(request.numbers).toContain(number)
  expect(await stateOf(waiting)).toBe('opened')
  const answer = await app.device(webNonce, { user_code, approve: 'yes', number })
  expect([answer.status, await answer.text()]).toEqual([204, ''])
  expect(await stateOf(waiting)).toBe('approved')
})

test('from another network the person types the number', async ({ app, waiting }) => {
  const webNonce = await app.webNonce()
  const user_code = await askAsBrowser(waiting)
  const request = await (await app.device(webNonce, { user_code }, elsewhere)).json()
  expect(request).toMatchObject({ same_network: false })
  expect(request).not.toHaveProperty('numbers')
  const form = { user_code, approve: 'yes', number: await numberOn(waiting) }
  expect((await app.device(webNonce, form, elsewhere)).status).toBe(204)
})

test('a wrong number denies, a missing one and other answers change nothing', async ({ app, waiting }) => {
  const webNonce = await app.webNonce()
  const user_code = await askAsBrowser(waiting)
  for (const form of [{}, { user_code, approve: 'yes' }, { user_code, approve: 'true' }] as Record<
    string,
    string
  >[])
    await expectRefusal(await app.device(webNonce, form), 400, 'invalid_request')
  await expectRefusal(await app.device(webNonce, { user_code: 'BCDF-GHJK' }), 404, 'not_found')
  expect(await stateOf(waiting)).toBe('opened')
  const wrong = String(((Number(await numberOn(waiting)) - 9) % 90) + 10)
  const form = { user_code, approve: 'yes', number: wrong }
  await expectRefusal(await app.device(webNonce, form), 400, 'invalid_grant')
  expect(await stateOf(waiting)).toBe('denied')
  await expectRefusal(await app.device(webNonce, { ...form, approve: 'no' }), 404, 'not_found')
})

test('a device is approved by its code alone', async ({ app, tv }) => {
  const webNonce = await app.webNonce()
  const { user_code, device_code } = await tv.ask()
  const request = await (await app.device(webNonce, { user_code: user_code.toLowerCase() })).json()
  expect(request).toMatchObject({ kind: 'device', client_id: 'tv', client_name: 'The television' })
  expect(request).not.toHaveProperty('numbers')
  expect((await app.device(webNonce, { user_code, approve: 'yes' })).status).toBe(204)
  expect((await tv.poll(device_code)).status).toBe(200)
})

test('without a session, with a dead web nonce, and from a page of another site nobody approves', async ({
  app,
  baton,
  approver,
  waiting,
}) => {
  const user_code = await askAsBrowser(waiting)
  const body = new URLSearchParams({ user_code })
  const nobody = await fetch(`${baton.url}/api/device`, { method: 'POST', body })
  expect(nobody.headers.get('www-authenticate')).toMatch(/^Bearer/)
  await expectRefusal(nobody, 401, 'invalid_token')
  await expectRefusal(await app.device('n'.repeat(43), { user_code }), 401, 'invalid_token')
  const cross = { 'sec-fetch-site': 'cross-site' }
  const foreign = await approver.request('/api/device', { method: 'POST', body, headers: cross })
  await expectRefusal(foreign, 403, 'csrf')
  const own = await approver.ownPage('/api/device', { method: 'POST', body })
  expect(own.status).toBe(200)
  const get = await fetch(`${baton.url}/api/device`)
  expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
})

test('a page of a client’s origin may read the answer of a bearer call', async ({ app, waiting }) => {
  const user_code = await askAsBrowser(waiting)
  const answer = await app.device(await app.webNonce(), { user_code }, { origin: appOrigin })
  expect(answer.headers.get('access-control-allow-origin')).toBe(appOrigin)
})

test('five wrong codes of a session are too many, at any address, and a right one then too', async ({
  app,
  waiting,
}) => {
  const webNonce = await app.webNonce()
  const guess = () => app.device(webNonce, { user_code: 'BCDF-GHJK' }, from(newAddress()))
  expect(await statusesOf(6, guess)).toEqual(first(5, 404, 429))
  const right = await app.device(webNonce, { user_code: await askAsBrowser(waiting) })
  expect(right.headers.get('retry-after')).toMatch(/^\d+$/)
  await expectRefusal(right, 429, 'slow_down')
})

test('thirty wrong codes of an address are too many, of whichever sessions', async ({ app }) => {
  const address = from(newAddress())
  for (let session = 0; session < 6; session++) {
    const webNonce = await app.webNonce()
    const guess = () => app.device(webNonce, { user_code: 'BCDF-GHJK' }, address)
    expect(await statusesOf(5, guess)).toEqual([404, 404, 404, 404, 404])
  }
  expect((await app.device(await app.webNonce(), { user_code: 'BCDF-GHJK' }, address)).status).toBe(429)
})

test('right codes count for nothing', async ({ app, waiting }) => {
  const webNonce = await app.webNonce()
  const user_code = await askAsBrowser(waiting)
  expect(new Set(await statusesOf(12, () => app.device(webNonce, { user_code })))).toEqual(new Set([200]))
})

test('what asks counts as a sign-in that is begun, for each address', async ({
  baton,
  newcomer,
  signedIn,
}) => {
  const address = from(newAddress())
  const ask = () =>
    fetch(`${baton.url}/oidc/device_authorization`, {
      method: 'POST',
      headers: address,
      body: new URLSearchParams({ client_id: 'tv' }),
    })
  expect(await statusesOf(31, ask)).toEqual(first(30, 200, 429))
  const form = { method: 'POST', body: new URLSearchParams({ callbackUrl: '/' }) }
  expect((await newcomer(address).ownPage('/sign-in/another-device', form)).status).toBe(429)
  expect((await (await signedIn('demo', from(newAddress()))).session())?.user.name).toBe('Demo User')
})

test('the package: an app sees what asks, and says yes', async ({ baton, partners, waiting, tv }) => {
  const client = createClient({
    batonUrl: baton.url,
    clientId: 'app',
    fetch: (url, init) => fetch(url, { ...init, headers: { ...(init?.headers as object), ...here } }),
  })
  await client.signInWithIdToken(
    await partners.trustedIssuer.idToken(baton.url, { jti: crypto.randomUUID() }),
  )
  const code = await askAsBrowser(waiting)
  const request = await client.deviceRequest(code)
  expect(request).toMatchObject({ kind: 'browser', address: '203.0.113.7', sameNetwork: true })
  expect(request.askedAt).toBeInstanceOf(Date)
  await client.approveDevice(code, { approve: true, number: await numberOn(waiting) })
  expect(await stateOf(waiting)).toBe('approved')
  await expect(client.deviceRequest(code)).rejects.toMatchObject({ code: 'refused', error: 'not_found' })

  const { user_code, device_code } = await tv.ask()
  expect(await client.deviceRequest(user_code)).toMatchObject({
    kind: 'device',
    clientName: 'The television',
  })
  await client.approveDevice(user_code, { approve: false })
  await expectError(await tv.poll(device_code), 400, 'access_denied')
})
