import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { memoryStorage, type Storage } from '../src/index.ts'
import { refuse, startSmallBaton } from './support/small-baton.ts'
import { errorOf, type Stage, signIn, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => {
  stage.baton.asUsual()
  stage.provider.asUsual()
})
afterAll(() => stage.close())

test('before a sign-in nobody is signed in, and Baton is not asked', async () => {
  const before = stage.baton.calls.length
  const client = stage.client()
  expect(await client.isSignedIn()).toBe(false)
  for (const call of [
    () => client.getWebNonce(),
    () => client.getAccessToken('https://backend.example'),
    () => client.getToken(),
    () => client.handOff(),
    () => client.fetch('/api/backends/demo/'),
  ])
    expect(await errorOf(call())).toMatchObject({ code: 'signed_out' })
  expect(stage.baton.calls).toHaveLength(before)
})

test('an app with its own sign-in exchanges its ID token for a web nonce', async () => {
  const client = stage.client({ identityProvider: undefined })
  await client.signInWithIdToken(await stage.provider.idToken({ sub: 'bob' }))
  expect(stage.baton.sessions.get(await client.getWebNonce())?.subject).toBe('bob')
})

test('an ID token that Baton refuses gives a refusal', async () => {
  const client = stage.client()
  const foreign = await stage.provider.idToken({ iss: 'https://evil.example' })
  expect(await errorOf(client.signInWithIdToken(foreign))).toMatchObject({
    code: 'refused',
    error: 'invalid_request',
    status: 400,
  })
  expect(await errorOf(client.signInWithIdToken('nonsense'))).toMatchObject({ code: 'invalid_argument' })
})

test('the session survives a restart of the app, for clients with the same storage', async () => {
  const { storage, webNonce } = await stage.signedIn()
  expect(await stage.client({ storage }).getWebNonce()).toBe(webNonce)
})

test('a session of another Baton or another client is not used, and is removed', async () => {
  for (const changed of [{ batonUrl: 'https://other.example' }, { clientId: 'other' }]) {
    const { storage } = await stage.signedIn()
    const error = await errorOf(stage.client({ storage, ...changed }).getWebNonce())
    expect(error).toMatchObject({ code: 'signed_out' })
    expect(await storage.get('baton.session')).toBeUndefined()
  }
})

test.each([
  'rubbish',
  'null',
  '[]',
  '{}',
  '{"webNonce":7}',
  (url: string) => JSON.stringify({ webNonce: '', baton: url, clientId: 'demo-phone' }),
  (url: string) => JSON.stringify({ webNonce: 'a\r\nb', baton: url, clientId: 'demo-phone' }),
])('damaged data in the storage counts as signed out and is removed (%#)', async (rubbish) => {
  const storage = memoryStorage()
  await storage.set('baton.session', typeof rubbish === 'string' ? rubbish : rubbish(stage.baton.url))
  expect(await stage.client({ storage }).isSignedIn()).toBe(false)
  expect(await storage.get('baton.session')).toBeUndefined()
})

test('the first refusal of an ended session removes its web nonce', async () => {
  for (const use of ['getToken', 'handOff', 'fetch', 'getAccessToken'] as const) {
    const { client, storage, webNonce } = await stage.signedIn()
    stage.baton.sessions.delete(webNonce)
    const call = {
      getToken: () => client.getToken(),
      handOff: () => client.handOff(),
      fetch: () => client.fetch('/api/backends/demo/x'),
      getAccessToken: () => client.getAccessToken('https://backend.example'),
    }[use]
    expect(await errorOf(call())).toMatchObject({ code: 'signed_out' })
    expect(await storage.get('baton.session')).toBeUndefined()
    expect(await errorOf(client.getWebNonce())).toMatchObject({ code: 'signed_out' })
  }
})

test('a late refusal of an old session does not end a newer one', async () => {
  const { client, webNonce } = await stage.signedIn()
  stage.baton.answerInstead('POST /api/nonce', async (res) => {
    await client.signInWithIdToken(await stage.provider.idToken({ sub: 'bob' }))
    refuse(res, [401, 'invalid_token'])
  })
  expect(await errorOf(client.handOff())).toMatchObject({ code: 'signed_out' })
  expect(await client.getWebNonce()).not.toBe(webNonce)
})

test('any other refusal by Baton leaves the person signed in', async () => {
  const { client } = await stage.signedIn()
  for (const [status, error] of [
    [401, 'invalid_client'],
    [403, 'access_denied'],
    [503, 'temporarily_unavailable'],
  ] as const) {
    stage.baton.answerInstead('POST /api/nonce', (res) => refuse(res, [status, error]))
    expect(await errorOf(client.handOff())).toMatchObject({ code: 'refused', status, error })
  }
  expect(await client.isSignedIn()).toBe(true)
})

test('a replaced session is revoked at Baton', async () => {
  const { client, webNonce } = await stage.signedIn()
  await client.signInWithIdToken(await stage.provider.idToken({ sub: 'bob' }))
  expect(stage.baton.sessions.has(webNonce)).toBe(false)
  expect(stage.baton.sessions.get(await client.getWebNonce())?.subject).toBe('bob')
})

test('of parallel sign-ins one session remains, and it is the stored one', async () => {
  const client = stage.client()
  const before = new Set(stage.baton.sessions.keys())
  await Promise.all(
    ['a', 'b', 'c'].map(async (sub) => client.signInWithIdToken(await stage.provider.idToken({ sub }))),
  )
  const alive = [...stage.baton.sessions.keys()].filter((webNonce) => !before.has(webNonce))
  expect(alive).toEqual([await client.getWebNonce()])
})

test('two sign-ins with one ID token keep the live web nonce, even with a slow first answer', async () => {
  let isFirst = true
  const slowAtFirst: typeof fetch = async (input, init) => {
    const isSlow = isFirst && String(input).endsWith('/oidc/token')
    if (isSlow) isFirst = false
    const answer = await fetch(input, init)
    if (isSlow) await new Promise((resolve) => setTimeout(resolve, 100))
    return answer
  }
  const client = stage.client({ fetch: slowAtFirst })
  const idToken = await stage.provider.idToken({ sub: 'twice' })
  await Promise.all([client.signInWithIdToken(idToken), client.signInWithIdToken(idToken)])
  expect(stage.baton.sessions.has(await client.getWebNonce())).toBe(true)
})

test('a storage failure gives its own error and leaves no orphaned session', async () => {
  const broken = new Error('the keychain is locked')
  const failing = (part: keyof Storage): Storage => ({
    ...memoryStorage(),
    [part]: () => {
      throw broken
    },
  })
  const alive = stage.baton.sessions.size
  for (const part of ['get', 'set'] as const) {
    const client = stage.client({ storage: failing(part) })
    const error = await errorOf(client.signInWithIdToken(await stage.provider.idToken({ jti: part })))
    expect(error).toMatchObject({ code: 'storage', cause: broken })
  }
  expect(stage.baton.sessions.size).toBe(alive)
  const rejecting = stage.client({ storage: { ...memoryStorage(), get: () => Promise.reject(broken) } })
  expect(await errorOf(rejecting.getWebNonce())).toMatchObject({ code: 'storage', cause: broken })
  expect(await errorOf(stage.client({ storage: failing('set') }).beginSignIn())).toMatchObject({
    code: 'storage',
  })
})

test('a confidential client identifies itself by form-encoded HTTP Basic, not in the form', async () => {
  const secret = 'a secret: with + and % and é'
  const baton = await startSmallBaton({ secret })
  baton.trust(stage.provider.issuer, stage.provider.jwksUri)
  try {
    const client = stage.client({ batonUrl: baton.url, clientSecret: secret })
    await signIn(client, stage.provider)
    await client.getAccessToken('https://backend.example')
    await client.signOut()
    expect(baton.sessions.size).toBe(0)
  } finally {
    await baton.close()
  }
})
