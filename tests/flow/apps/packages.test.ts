import { type BatonError, webCryptoSigner } from '@baton/client'
import { createResourceServer } from '@baton/resource-server'
import { expect } from 'vitest'
import { digitsIn } from '../../support/another-device.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startTokenService } from '../../support/servers/token-service.ts'
import { test as base } from '../../support/test-apps.ts'

const test = base.extend('service', served, ({ closing }) =>
  closing(startTokenService(portOf('token-service'))),
)

test('an app signs in, and a resource server learns who it is from its web nonce and from its JWT', async ({
  app,
  baton,
  partners,
  resourceServer,
}) => {
  const [phone, server] = [await app.phone(), resourceServer({ feed: false })]
  const session = await server.getSession(await phone.getWebNonce())
  expect(session).toMatchObject({
    kind: 'web_nonce',
    clientId: 'demo-phone',
    issuer: `${baton.url}/oidc`,
  })
  const jwt = await phone.getAccessToken(partners.backendUrl)
  expect(await server.verifyAccessToken(jwt)).toMatchObject({ sub: session?.sub, sid: session?.sid })
  expect(await server.authenticate(`Bearer ${jwt}`)).toMatchObject({ sub: session?.sub })
  expect(await (await phone.fetch('/api/backends/demo/api/authenticated/greeting')).json()).toEqual({
    greeting: 'Hello, Demo User!',
  })
})

test('the demo’s backend takes web nonces, Baton’s JWTs and the identity provider’s JWTs', async ({
  app,
  partners,
  signedIn,
}) => {
  const phone = await app.phone('bob')
  const greet = (token: string) =>
    fetch(`${partners.backendUrl}/api/authenticated/greeting`, {
      headers: { authorization: `Bearer ${token}` },
    })
  for (const token of [await phone.getWebNonce(), await phone.getAccessToken(partners.backendUrl)])
    expect(await (await greet(token)).json()).toEqual({ greeting: 'Hello, Bob Builder!' })
  const person = await signedIn('bob')
  expect(await (await person.ownPage('/api/backends/demo/api/authenticated/greeting')).json()).toEqual({
    greeting: 'Hello, Bob Builder!',
  })
})

test.for([
  ['through the feed', true],
  ['when it asks again, where it has no feed', false],
] as const)(
  'a web nonce that was revoked is refused by a resource server %s',
  async ([, feed], { app, partners, resourceServer }) => {
    const [phone, server] = [await app.phone(), resourceServer({ feed })]
    const webNonce = await phone.getWebNonce()
    const jwt = await phone.getAccessToken(partners.backendUrl)
    expect(await server.getSession(webNonce)).toBeDefined()
    if (feed) await expect.poll(() => server.feed).toBe('live')
    expect(await server.getSession(webNonce)).toBeDefined()
    await phone.signOut()
    await expect.poll(() => server.getSession(webNonce)).toBeUndefined()
    // Only the feed tells that the session of a JWT has ended.
    const known = server.verifyAccessToken(jwt)
    await (feed
      ? expect(known).rejects.toMatchObject({ code: 'invalid_token' })
      : expect(known).resolves.toBeDefined())
  },
)

test('an app learns who is signed in, with a key or without, and hears when a call finds the end', async ({
  app,
  sql,
}) => {
  for (const signer of [undefined, webCryptoSigner()]) {
    const phone = await app.phone('demo', signer)
    const heard: boolean[] = []
    phone.onSessionChange((isSignedIn) => heard.push(isSignedIn))
    const { user, sid, expires } = await phone.getOwnSession()
    expect(user).toMatchObject({ name: 'Demo User', email: expect.stringContaining('@') })
    expect(new Date(expires).toISOString()).toBe(expires)
    await sql('UPDATE sessions SET ended_at = now() WHERE id = $1', [sid])
    const codeOf = (error: BatonError) => error.code
    await expect.poll(() => phone.getOwnSession().catch(codeOf)).toBe('signed_out')
    expect(heard).toEqual([false])
  }
})

test('an app whose session has ended gets the error `signed_out`', async ({ app, sql, resourceServer }) => {
  const phone = await app.phone()
  const { sid } = (await resourceServer({ feed: false }).getSession(await phone.getWebNonce())) ?? {}
  await sql('UPDATE sessions SET ended_at = now() WHERE id = $1', [sid])
  const refusal = (await phone.handOff('web').catch((error) => error)) as BatonError
  expect(refusal).toMatchObject({ name: 'BatonError', code: 'signed_out' })
  expect(await phone.isSignedIn()).toBe(false)
})

test("an app gets the token service's answer as it came, and reads what it is", async ({ app, service }) => {
  const phone = await app.phone()
  service.will((_, res) =>
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"at","expires_in":3600}'),
  )
  const token = await phone.getToken()
  expect([token.status, token.rawString]).toEqual([200, '{"access_token":"at","expires_in":3600}'])
  expect([token.getString('access_token'), token.getInt('expires_in')]).toEqual(['at', 3600])
  service.will((_, res) => res.end(Buffer.from([0xff, 0, 0xc3])))
  const bytes = await phone.getToken()
  expect([...bytes.rawBytes]).toEqual([0xff, 0, 0xc3])
  expect(bytes.json).toBeUndefined()
  service.will((_, res) => void res.destroy())
  expect((await phone.getToken()).getString('error')).toBe('bad_gateway')
})

test('an app approves the browser that asks for its hand-off, by its package', async ({ app, newcomer }) => {
  const phone = await app.phone()
  const { url, nonce } = await phone.handOff(undefined, { binding: 'none', approval: true })
  expect(await phone.handOffStatus(nonce)).toEqual({ state: 'waiting' })
  const browser = newcomer()
  const press = await browser.openHandoff(new URL(url).searchParams.get('nonce') ?? '')
  if (press instanceof Response) throw new Error('no page')
  const number = digitsIn(await (await press()).text()) ?? ''
  expect(await phone.handOffStatus(nonce)).toEqual({
    state: 'asking',
    number,
    askedBy: { browser: null, system: null, address: '127.0.0.1', sameNetwork: true },
  })
  await phone.answerHandOff(nonce, { number, approve: true })
  expect((await press()).status).toBe(303)
  expect(await phone.handOffStatus(nonce)).toEqual({ state: 'spent' })
  await expect(phone.answerHandOff(nonce, { approve: false })).rejects.toMatchObject({
    code: 'refused',
    error: 'not_found',
  })
})

test('an app with a key does all of this, and a resource server checks its proofs', async ({
  app,
  baton,
  closing,
  service,
  newcomer,
}) => {
  service.will((_, res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"a":"b"}'))
  const phone = await app.phone('demo', webCryptoSigner())
  const path = '/api/backends/demo/api/authenticated/greeting'
  // The first call at the proxy has a nonce already, from the exchange.
  expect(await (await phone.fetch(path)).json()).toEqual({ greeting: 'Hello, Demo User!' })
  expect((await phone.getToken()).json).toEqual({ a: 'b' })
  const { nonce } = await phone.handOff(undefined, { binding: 'none' })
  const browser = newcomer()
  await browser.redeem(nonce)
  expect(await browser.session()).toMatchObject({ user: { name: 'Demo User' } })
  expect(await phone.handOffStatus(nonce)).toMatchObject({ state: 'spent' })

  const publicUrl = 'https://orders.example/v1'
  const server = closing(
    createResourceServer({
      batonUrl: baton.url,
      clientId: 'demo-backend',
      clientSecret: 'demo-backend-secret',
      publicUrl,
      feed: false,
    }),
  )
  const headers = await phone.headersFor({ method: 'GET', url: `${publicUrl}/orders?page=1` })
  const request = { method: 'GET', path: '/orders?page=1', proof: headers.dpop }
  expect(await server.authenticate(headers.authorization, request)).toMatchObject({
    kind: 'web_nonce',
    clientId: 'demo-phone',
    name: 'Demo User',
  })
  const refused = server.authenticate(headers.authorization, request)
  await expect(refused).rejects.toMatchObject({ code: 'invalid_dpop_proof' })
  const webNonce = await phone.getWebNonce()
  await expect(server.authenticate(`Bearer ${webNonce}`)).rejects.toMatchObject({ code: 'invalid_token' })
  await phone.signOut()
  expect(await (await app.introspect(webNonce)).json()).toEqual({ active: false })
  expect(await browser.session()).toBeNull()
})
