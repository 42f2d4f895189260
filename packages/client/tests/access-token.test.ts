import { jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { json } from './support/small-baton.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

const BACKEND = 'https://backend.example'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => {
  stage.baton.asUsual()
  stage.baton.calls.length = 0
})
afterAll(() => stage.close())

const exchanges = () =>
  stage.baton.callsOf('POST /oidc/token').filter(({ form }) => form.has('resource')).length

test("an access token is a JWT of Baton's for one backend", async () => {
  const { client } = await stage.signedIn()
  const { payload } = await jwtVerify(await client.getAccessToken(BACKEND), stage.baton.publicKey, {
    issuer: `${stage.baton.url}/oidc`,
    audience: BACKEND,
    typ: 'at+jwt',
  })
  expect(payload).toMatchObject({ sub: 'demo', client_id: 'demo-phone' })
})

test('parallel calls share one request, and backends do not share a token', async () => {
  const { client } = await stage.signedIn()
  const tokens = await Promise.all(Array.from({ length: 20 }, () => client.getAccessToken(BACKEND)))
  expect(new Set(tokens).size).toBe(1)
  expect(exchanges()).toBe(1)
  expect(await client.getAccessToken(`${BACKEND}/other`)).not.toBe(tokens[0])
  expect(exchanges()).toBe(2)
})

test('a token is kept until a minute before its end, then requested again once', async () => {
  let now = Date.now()
  const { client } = await stage.signedIn({ now: () => now })
  const first = await client.getAccessToken(BACKEND)
  now += 239_000
  expect(await client.getAccessToken(BACKEND)).toBe(first)
  now += 1000
  const later = await Promise.all([client.getAccessToken(BACKEND), client.getAccessToken(BACKEND)])
  expect(later[0]).not.toBe(first)
  expect(later[1]).toBe(later[0])
  expect(exchanges()).toBe(2)
})

test('parallel callers share a failure, and it is not kept', async () => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('POST /oidc/token', (res) => json(res, 503, { error: 'temporarily_unavailable' }))
  const waiting = [client.getAccessToken(BACKEND), client.getAccessToken(BACKEND)]
  for (const call of waiting)
    expect(await errorOf(call)).toMatchObject({
      code: 'refused',
      error: 'temporarily_unavailable',
      status: 503,
    })
  stage.baton.asUsual()
  await client.getAccessToken(BACKEND)
})

test('the token of one person is never given to the next one', async () => {
  const { client } = await stage.signedIn()
  const first = await client.getAccessToken(BACKEND)
  await client.signInWithIdToken(await stage.provider.idToken({ sub: 'bob' }))
  const second = await client.getAccessToken(BACKEND)
  expect(second).not.toBe(first)
  expect((await jwtVerify(second, stage.baton.publicKey)).payload.sub).toBe('bob')
})

test('a token that arrives after a sign-out is not returned', async () => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('POST /oidc/token', async (res) => {
    await client.signOut()
    const type = 'urn:ietf:params:oauth:token-type:access_token'
    json(res, 200, { access_token: 'late', issued_token_type: type, token_type: 'Bearer', expires_in: 300 })
  })
  expect(await errorOf(client.getAccessToken(BACKEND))).toMatchObject({ code: 'signed_out' })
})

test('after a sign-out no kept token is returned', async () => {
  const { client } = await stage.signedIn()
  await client.getAccessToken(BACKEND)
  await client.signOut()
  expect(await errorOf(client.getAccessToken(BACKEND))).toMatchObject({ code: 'signed_out' })
})

test('an unknown backend gives invalid_target and does not sign out', async () => {
  const { client } = await stage.signedIn()
  expect(await errorOf(client.getAccessToken('https://unknown.example'))).toMatchObject({
    code: 'refused',
    error: 'invalid_target',
  })
  expect(await client.isSignedIn()).toBe(true)
})

test.each(['', 'backend', 'https://backend.example/#there'])(
  'what is no resource is refused here: %j',
  async (resource) => {
    const { client } = await stage.signedIn()
    expect(await errorOf(client.getAccessToken(resource))).toMatchObject({ code: 'invalid_argument' })
    expect(exchanges()).toBe(0)
  },
)

const good = {
  access_token: 'token',
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
  expires_in: 300,
}
test.each([
  ['of another kind', { issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }],
  ['that is no bearer token', { token_type: 'DPoP' }],
  ['that no header can hold', { access_token: 'a\r\nb' }],
  ['that is no text', { access_token: 7 }],
  ['without an end', { expires_in: undefined }],
  ['with an end that is no number', { expires_in: '300' }],
  ['with an end before its beginning', { expires_in: -1 }],
])('a token %s is refused', async (_, changed) => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('POST /oidc/token', (res) => json(res, 200, { ...good, ...changed }))
  expect(await errorOf(client.getAccessToken(BACKEND))).toMatchObject({ code: 'unsupported_response' })
  const other = stage.client()
  expect(await errorOf(other.signInWithIdToken(await stage.provider.idToken()))).toMatchObject({
    code: 'unsupported_response',
  })
})
