import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { memoryStorage } from '../src/index.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => {
  stage.provider.asUsual()
  stage.provider.tokenCalls.length = 0
  stage.baton.asUsual()
})
afterAll(() => stage.close())

test('a callback works once, even when it arrives twice at the same time', async () => {
  const client = stage.client()
  const callback = stage.provider.callback((await client.beginSignIn()).url)
  const outcomes = await Promise.allSettled([
    client.finishSignIn(callback),
    client.finishSignIn(callback),
    client.finishSignIn(callback),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(stage.provider.tokenCalls).toHaveLength(1)
  expect(await errorOf(client.finishSignIn(callback))).toMatchObject({ code: 'state_mismatch' })
  expect(await client.isSignedIn()).toBe(true)
})

test.each([
  ['another state', { state: 'x'.repeat(43) }],
  ['no state', { state: undefined }],
  ['another state and an error', { state: 'x', code: undefined, error: 'access_denied' }],
])('a callback with %s is refused and does not disturb the waiting sign-in', async (_, changed) => {
  const client = stage.client()
  const { url } = await client.beginSignIn()
  const error = await errorOf(client.finishSignIn(stage.provider.callback(url, changed)))
  expect(error).toMatchObject({ code: 'state_mismatch' })
  expect(stage.provider.tokenCalls).toHaveLength(0)
  await client.finishSignIn(stage.provider.callback(url))
})

test('a callback without a waiting sign-in is refused', async () => {
  const { url } = await stage.client().beginSignIn()
  const error = await errorOf(stage.client().finishSignIn(stage.provider.callback(url)))
  expect(error).toMatchObject({ code: 'state_mismatch' })
})

test('a newer sign-in replaces an older one', async () => {
  const client = stage.client()
  const older = await client.beginSignIn()
  const newer = await client.beginSignIn()
  const error = await errorOf(client.finishSignIn(stage.provider.callback(older.url)))
  expect(error).toMatchObject({ code: 'state_mismatch' })
  await client.finishSignIn(stage.provider.callback(newer.url))
})

test.each(['code', 'state', 'iss'])('a callback with %s twice is refused', async (name) => {
  const client = stage.client()
  const callback = stage.provider.callback((await client.beginSignIn()).url, { iss: stage.provider.issuer })
  const error = await errorOf(client.finishSignIn(`${callback}&${name}=other`))
  expect(error).toMatchObject({ code: 'state_mismatch' })
  expect(stage.provider.tokenCalls).toHaveLength(0)
})

test('a callback that names another issuer is refused, and its code is not sent', async () => {
  const client = stage.client()
  const { url } = await client.beginSignIn()
  const error = await errorOf(
    client.finishSignIn(stage.provider.callback(url, { iss: 'https://evil.example' })),
  )
  expect(error).toMatchObject({ code: 'sign_in_failed' })
  expect(stage.provider.tokenCalls).toHaveLength(0)
})

test('when the metadata announces iss, a callback without it is refused and one with it works', async () => {
  stage.provider.sayMetadata({ authorization_response_iss_parameter_supported: true })
  const client = stage.client()
  const first = await client.beginSignIn()
  const error = await errorOf(client.finishSignIn(stage.provider.callback(first.url)))
  expect(error).toMatchObject({ code: 'sign_in_failed' })
  expect(stage.provider.tokenCalls).toHaveLength(0)

  const second = await client.beginSignIn()
  await client.finishSignIn(stage.provider.callback(second.url, { iss: stage.provider.issuer }))
})

test("an error of the identity provider keeps the provider's code and ends the sign-in", async () => {
  const client = stage.client()
  const { url } = await client.beginSignIn()
  const refused = { code: undefined, error: 'access_denied', error_description: 'Not now.' }
  expect(await errorOf(client.finishSignIn(stage.provider.callback(url, refused)))).toMatchObject({
    code: 'sign_in_failed',
    error: 'access_denied',
    description: 'Not now.',
  })
  expect(await errorOf(client.finishSignIn(stage.provider.callback(url)))).toMatchObject({
    code: 'state_mismatch',
  })
})

test('a callback with neither code nor error is refused', async () => {
  const client = stage.client()
  const { url } = await client.beginSignIn()
  const error = await errorOf(client.finishSignIn(stage.provider.callback(url, { code: undefined })))
  expect(error).toMatchObject({ code: 'sign_in_failed' })
})

test('a refusal by the token endpoint counts as a refusal by the identity provider', async () => {
  stage.provider.answerToken((res) => {
    res.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
  })
  const client = stage.client()
  const { url } = await client.beginSignIn()
  expect(await errorOf(client.finishSignIn(stage.provider.callback(url)))).toMatchObject({
    code: 'sign_in_failed',
    error: 'invalid_grant',
    status: 400,
  })
})

test('an error page of a gateway is not a refusal by the identity provider', async () => {
  stage.provider.answerToken((res) => res.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502'))
  const client = stage.client()
  const { url } = await client.beginSignIn()
  expect(await errorOf(client.finishSignIn(stage.provider.callback(url)))).toMatchObject({
    code: 'unsupported_response',
    status: 502,
  })
})

test('the code is redeemed with the verifier, the redirect URI and the client of the request', async () => {
  const storage = memoryStorage()
  const client = stage.client({ storage })
  const { url } = await client.beginSignIn()
  const { codeVerifier } = JSON.parse(String(await storage.get('baton.sign-in')))
  await client.finishSignIn(stage.provider.callback(url))
  expect(Object.fromEntries(stage.provider.tokenCalls[0] ?? [])).toEqual({
    grant_type: 'authorization_code',
    code: 'good',
    redirect_uri: 'org.example.app:/callback',
    code_verifier: codeVerifier,
    client_id: 'demo-phone',
  })
})

test('without a network the same callback can be tried again, because its code was not sent', async () => {
  const storage = memoryStorage()
  const { url } = await stage.client({ storage }).beginSignIn()
  const callback = stage.provider.callback(url)
  const offline = stage.client({ storage, fetch: () => Promise.reject(new TypeError('offline')) })
  expect(await errorOf(offline.finishSignIn(callback))).toMatchObject({ code: 'network' })
  await stage.client({ storage }).finishSignIn(callback)
})

test('a sign-in begun at another identity provider is not finished at this one', async () => {
  const storage = memoryStorage()
  const { identityProvider } = stage.options()
  const { url } = await stage.client({ storage }).beginSignIn()
  const other = stage.client({
    storage,
    identityProvider: identityProvider && { ...identityProvider, clientId: 'other' },
  })
  expect(await errorOf(other.finishSignIn(stage.provider.callback(url)))).toMatchObject({
    code: 'state_mismatch',
  })
})

test('a sign-out during the end of a sign-in wins, and the new session is revoked', async () => {
  const client = stage.client()
  const callback = stage.provider.callback((await client.beginSignIn()).url)
  const alive = stage.baton.sessions.size
  stage.provider.answerToken(async (res, idToken) => {
    await client.signOut()
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id_token: idToken }))
  })
  expect(await errorOf(client.finishSignIn(callback))).toMatchObject({ code: 'signed_out' })
  expect(await client.isSignedIn()).toBe(false)
  expect(stage.baton.sessions.size).toBe(alive)
})
