import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { errorOf, type Stage, signIn, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.provider.asUsual())
afterAll(() => stage.close())

const now = () => Math.floor(Date.now() / 1000)

test.each([
  ['of another issuer', { iss: 'https://evil.example' }],
  ['for another client', { aud: 'other' }],
  ['for several audiences that does not say whose it is', { aud: ['demo-phone', 'other'] }],
  ['that was issued to another client', { aud: ['demo-phone', 'other'], azp: 'other' }],
  ['of another sign-in', { nonce: 'another' }],
  ['without a nonce', { nonce: undefined }],
  ['that has expired', { exp: now() - 130 }],
  ['without an end', { exp: undefined }],
  ['from the future', { iat: now() + 130 }],
  ['without a time', { iat: undefined }],
  ['about nobody', { sub: '' }],
])('an ID token %s does not sign in and is not sent to Baton', async (_, claims) => {
  stage.provider.sayClaims(claims)
  const client = stage.client()
  const before = stage.baton.calls.length
  expect(await errorOf(signIn(client, stage.provider))).toMatchObject({ code: 'id_token_invalid' })
  expect(await client.isSignedIn()).toBe(false)
  expect(stage.baton.calls).toHaveLength(before)
})

test.each([
  ['is no JWT', 'not.a.jwt'],
  ['has more than three parts', (idToken: string) => `${idToken}.e30`],
  ['has two parts', (idToken: string) => idToken.replace(/\.[^.]*$/, '')],
  ['has claims that are no object', 'eyJhbGciOiJFUzI1NiJ9.W10.c2ln'],
  ['is not signed', (idToken: string) => `eyJhbGciOiJub25lIn0.${idToken.split('.')[1]}.`],
  ['names no algorithm', (idToken: string) => idToken.replace(/^[^.]*/, 'e30')],
])('an ID token that %s is refused', async (_, bad) => {
  stage.provider.answerToken((res, good) => {
    const idToken = typeof bad === 'string' ? bad : bad(good)
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id_token: idToken }))
  })
  expect(await errorOf(signIn(stage.client(), stage.provider))).toMatchObject({ code: 'id_token_invalid' })
})

test('a token answer without an ID token is refused', async () => {
  stage.provider.answerToken((res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"at"}')
  })
  const error = await errorOf(signIn(stage.client(), stage.provider))
  expect(error).toMatchObject({ code: 'unsupported_response' })
})

test("an ID token may also be for Baton's nonce endpoint, and the clock may be slightly off", async () => {
  stage.provider.sayClaims({ aud: ['demo-phone', `${stage.baton.url}/api/nonce`], azp: 'demo-phone' })
  const client = stage.client({ now: () => Date.now() - 60_000 })
  expect((await signIn(client, stage.provider)).claims.sub).toBe('demo')
})
