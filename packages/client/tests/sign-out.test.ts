import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { memoryStorage } from '../src/index.ts'
import { errorOf, type Stage, signIn, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.baton.asUsual())
afterAll(() => stage.close())

test('a sign-out ends the session at Baton and leaves nothing in the storage', async () => {
  const { client, storage, webNonce } = await stage.signedIn()
  await client.beginSignIn()
  await client.signOut()
  expect(stage.baton.sessions.has(webNonce)).toBe(false)
  expect(await storage.get('baton.session')).toBeUndefined()
  expect(await storage.get('baton.sign-in')).toBeUndefined()
  expect(await client.isSignedIn()).toBe(false)
})

test('after a sign-out the next person can sign in', async () => {
  const { client, webNonce } = await stage.signedIn()
  await client.signOut()
  await signIn(client, stage.provider)
  expect(await client.getWebNonce()).not.toBe(webNonce)
})

test('a sign-out without a session sends nothing to Baton', async () => {
  const before = stage.baton.calls.length
  const client = stage.client()
  await client.signOut()
  await client.signOut()
  expect(stage.baton.calls).toHaveLength(before)
})

test('when Baton is unreachable all is still forgotten, and the error says what may live on', async () => {
  const { storage } = await stage.signedIn()
  const client = stage.client({ storage, fetch: () => Promise.reject(new TypeError('offline')) })
  const error = await errorOf(client.signOut())
  expect(error).toMatchObject({ code: 'not_revoked', cause: { code: 'network' } })
  expect(error.description).toContain('may live until its end')
  expect(await storage.get('baton.session')).toBeUndefined()

  const { client: refused } = await stage.signedIn()
  stage.baton.answerInstead('POST /oidc/revoke', (res) => res.writeHead(503).end('<html>'))
  expect(await errorOf(refused.signOut())).toMatchObject({
    code: 'not_revoked',
    cause: { code: 'unsupported_response', status: 503 },
  })
  expect(await refused.isSignedIn()).toBe(false)
})

test('when the storage cannot remove, the session still ends at Baton', async () => {
  const storage = memoryStorage()
  const { webNonce } = await stage.signedIn({ storage })
  const locked = () => Promise.reject(new Error('locked'))
  const error = await errorOf(stage.client({ storage: { ...storage, remove: locked } }).signOut())
  expect(error).toMatchObject({ code: 'storage' })
  expect(stage.baton.sessions.has(webNonce)).toBe(false)
})

test('when the storage cannot be read, its content is still removed', async () => {
  const { storage } = await stage.signedIn()
  const locked = () => Promise.reject(new Error('locked'))
  const error = await errorOf(stage.client({ storage: { ...storage, get: locked } }).signOut())
  expect(error).toMatchObject({ code: 'storage' })
  expect(await storage.get('baton.session')).toBeUndefined()
})

test('of two parallel sign-outs one revokes', async () => {
  const { client } = await stage.signedIn()
  const before = stage.baton.callsOf('POST /oidc/revoke').length
  await Promise.all([client.signOut(), client.signOut()])
  expect(stage.baton.callsOf('POST /oidc/revoke')).toHaveLength(before + 1)
})
