import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { json, refuse } from './support/small-baton.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.baton.asUsual())
afterAll(() => stage.close())

const user = { id: 'u1', name: 'Demo User', email: null, image: null }
const session = { user, sid: 's1', expires: '2026-11-28T12:00:00.000Z' }

test('an app learns who is signed in, by its web nonce', async () => {
  const { client, webNonce } = await stage.signedIn()
  stage.baton.answerInstead('GET /api/auth/session', (res) => json(res, 200, { ...session, provider: null }))
  expect(await client.getOwnSession()).toEqual(session)
  expect(stage.baton.callsOf('GET /api/auth/session').at(-1)?.headers).toMatchObject({
    authorization: `Bearer ${webNonce}`,
  })
})

test.each([null, [], {}, { ...session, user: null }, { ...session, user: {} }, { ...session, sid: 7 }])(
  'an answer that names nobody is not taken for a session (%#)',
  async (answer) => {
    const { client } = await stage.signedIn()
    stage.baton.answerInstead('GET /api/auth/session', (res) => json(res, 200, answer))
    expect(await errorOf(client.getOwnSession())).toMatchObject({ code: 'unsupported_response' })
    expect(await client.isSignedIn()).toBe(true)
  },
)

/** What a client's listener has heard. */
function heardFrom(client: Awaited<ReturnType<Stage['signedIn']>>['client']) {
  const heard: boolean[] = []
  return { heard, stop: client.onSessionChange((isSignedIn) => heard.push(isSignedIn)) }
}

test('a listener hears of sign-ins and sign-outs, until it stops', async () => {
  const { client } = await stage.signedIn()
  const { heard, stop } = heardFrom(client)
  await client.signInWithIdToken(await stage.provider.idToken({ sub: 'bob' }))
  await client.signOut()
  expect(heard).toEqual([true, false])
  stop()
  await client.signInWithIdToken(await stage.provider.idToken({ sub: 'eve' }))
  expect(heard).toHaveLength(2)
})

test('a listener hears of it when a call finds that Baton has ended the session, once', async () => {
  const { client, webNonce } = await stage.signedIn()
  const { heard } = heardFrom(client)
  stage.baton.sessions.delete(webNonce)
  for (const call of [() => client.handOff(), () => client.getOwnSession()])
    expect(await errorOf(call())).toMatchObject({ code: 'signed_out' })
  expect(heard).toEqual([false])
})

test('a listener does not hear of a late refusal of an older session', async () => {
  const { client } = await stage.signedIn()
  const { heard } = heardFrom(client)
  stage.baton.answerInstead('POST /api/nonce', async (res) => {
    await client.signInWithIdToken(await stage.provider.idToken({ sub: 'bob' }))
    refuse(res, [401, 'invalid_token'])
  })
  expect(await errorOf(client.handOff())).toMatchObject({ code: 'signed_out' })
  expect(heard).toEqual([true])
})

test('two listeners hear alike, and one function that listens twice stops twice', async () => {
  const { client } = await stage.signedIn()
  const heard: boolean[] = []
  const listener = (isSignedIn: boolean) => void heard.push(isSignedIn)
  const [first, second] = [client.onSessionChange(listener), client.onSessionChange(listener)]
  first()
  await client.signOut()
  expect(heard).toEqual([false])
  second()
})

test('what a listener throws is no failure of the client', async () => {
  const { client } = await stage.signedIn()
  const usual = process.listeners('unhandledRejection')
  const thrown = new Promise((resolve) => {
    process.removeAllListeners('unhandledRejection').once('unhandledRejection', resolve)
  })
  const mistake = new Error('a mistake of the app')
  client.onSessionChange(() => {
    throw mistake
  })
  await client.signOut()
  expect(await thrown).toBe(mistake)
  for (const listener of usual) process.on('unhandledRejection', listener)
})
