import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDeviceKey } from '../../../../tests/support/device-key.ts'
import { createResourceServer, type ResourceServer } from '../../src/index.ts'
import { audience, goodClaims, newKey, signed } from './keys.ts'
import { clientId, clientSecret, type LittleBaton, startLittleBaton } from './little-baton.ts'

type Adapted = {
  /** Requests `/whoami`, which answers `{kind, sub}` of its caller, or another path. */
  call(
    path: string,
    init?: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Response>
  stop(): Promise<unknown>
  /** How often the handler behind the adapter was called. */
  handled(): number
}

const webNonce = 'w'.repeat(43)
const boundWebNonce = 'b'.repeat(43)
/** Not where it listens: a proof names the address that callers know. */
const publicUrl = 'https://api.example/v1'

/** The tests that every adapter must pass. */
export function adapterContract(
  adapt: (resourceServer: Pick<ResourceServer, 'authenticate'>) => Promise<Adapted>,
) {
  let baton: LittleBaton
  let device: Awaited<ReturnType<typeof newDeviceKey>>
  let app: Adapted
  let broken: Adapted
  let jwt: string

  beforeAll(async () => {
    const key = await newKey()
    device = await newDeviceKey()
    baton = await startLittleBaton({ keys: [key] })
    baton.signIn(webNonce)
    baton.signIn(boundWebNonce, { token_type: 'DPoP', cnf: { jkt: device.jkt } })
    jwt = await signed(key, goodClaims(baton.issuer))
    app = await adapt(
      createResourceServer({ batonUrl: baton.url, clientId, clientSecret, audience, publicUrl, feed: false }),
    )
    broken = await adapt({
      authenticate: () => Promise.reject(new TypeError('a fault with a secret in it')),
    })
  })
  afterAll(() => Promise.all([app.stop(), broken.stop(), baton.switchOff()]))

  const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

  async function expectRefused(response: Response, status: number, error: string) {
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ error, error_description: expect.any(String) })
  }

  test('a good web nonce and a good JWT reach the handler, with their caller', async () => {
    const byNonce = await app.call('/whoami', withToken(webNonce))
    expect(byNonce.status).toBe(200)
    expect(await byNonce.json()).toEqual({ kind: 'web_nonce', sub: 'person-1' })
    expect(await (await app.call('/whoami', withToken(jwt))).json()).toEqual({
      kind: 'access_token',
      sub: 'person-1',
    })
  })

  test('without a token: 401, a challenge that names no error, and the handler is not called', async () => {
    const before = app.handled()
    const response = await app.call('/whoami')
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    await expectRefused(response, 401, 'invalid_token')
    expect(app.handled()).toBe(before)
  })

  test('an invalid token: 401 on any method, a challenge that says so, no call of the handler', async () => {
    const before = app.handled()
    for (const token of ['z'.repeat(43), `${jwt}x`, 'a"b'])
      for (const method of ['GET', 'POST']) {
        const body = method === 'POST' ? '{}' : undefined
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
        const response = await app.call('/whoami', { method, headers, body })
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", /)
        await expectRefused(response, 401, 'invalid_token')
      }
    expect(app.handled()).toBe(before)
  })

  test('a bound web nonce needs a proof for this very call, once', async () => {
    const proof = (method: string, path = '/whoami') =>
      device.proof({ method, url: publicUrl + path, token: boundWebNonce })
    const call = (dpop: string, method = 'GET') =>
      app.call('/whoami?a=b', { method, headers: { authorization: `DPoP ${boundWebNonce}`, dpop } })
    const good = await proof('GET')
    const answer = await call(good)
    expect([answer.status, await answer.json()]).toEqual([200, { kind: 'web_nonce', sub: 'person-1' }])
    expect((await call(await proof('POST'), 'POST')).status).toBe(200)

    const before = app.handled()
    for (const bad of [good, await proof('POST'), await proof('GET', '/other'), 'x', '']) {
      const response = await call(bad)
      expect(response.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_dpop_proof", /)
      await expectRefused(response, 401, 'invalid_dpop_proof')
    }
    await expectRefused(await app.call('/whoami', withToken(boundWebNonce)), 401, 'invalid_token')
    expect(app.handled()).toBe(before)
  })

  test('when Baton cannot be asked the answer is 503 with Retry-After', async () => {
    baton.answers.introspection = { status: 500, body: '' }
    const response = await app.call('/whoami', withToken('y'.repeat(43)))
    baton.answers.introspection = undefined
    expect(response.headers.get('retry-after')).toBe('5')
    await expectRefused(response, 503, 'temporarily_unavailable')
  })

  test('an unexpected fault is the framework’s to answer: the handler is not called', async () => {
    const response = await broken.call('/whoami', withToken(webNonce)).catch(() => undefined)
    expect(response?.status ?? 500).toBe(500)
    expect(broken.handled()).toBe(0)
  })

  test('a fault of the handler is not taken for a bad token', async () => {
    const response = await app.call('/fault', withToken(webNonce)).catch(() => undefined)
    expect(response?.status ?? 500).toBe(500)
  })
}
