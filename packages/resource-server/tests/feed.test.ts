import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  createResourceServer,
  InvalidToken,
  type ResourceServer,
  type ResourceServerOptions,
} from '../src/index.ts'
import { audience, goodClaims, newKey, signed } from './support/keys.ts'
import { clientId, clientSecret, type LittleBaton, startLittleBaton } from './support/little-baton.ts'
import { passUntil, until } from './support/until.ts'

const webNonce = 'w'.repeat(43)
const second = 'v'.repeat(43)
const key = await newKey()

let baton: LittleBaton
let time: number
let running: ResourceServer[]

beforeEach(async () => {
  // Connections are real; only the pauses and the silence timer run on fake time.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  time = Date.now()
  running = []
  baton = await startLittleBaton({ keys: [key], lostAfter: 2 })
})
afterEach(async () => {
  for (const server of running) server.close()
  await baton.switchOff()
  vi.useRealTimers()
})

function start(more: Partial<ResourceServerOptions> = {}) {
  const server = createResourceServer({
    batonUrl: baton.url,
    clientId,
    clientSecret,
    audience,
    clock: () => time,
    ...more,
  })
  running.push(server)
  return server
}

/** Starts a server with a live feed and an empty cache. */
async function startLive(more: Partial<ResourceServerOptions> = {}) {
  const server = start(more)
  await server.getSession('never-signed-in-000000')
  await until(() => server.feed === 'live')
  baton.seen.introspections = 0
  return server
}

async function lose(server: ResourceServer) {
  baton.cutFeeds()
  await until(() => server.feed !== 'live')
}

const isAlive = async (server: ResourceServer, nonce = webNonce) =>
  (await server.getSession(nonce)) !== undefined

test('the feed starts with the first use, not before, and sends the credentials', async () => {
  const server = start()
  expect(server.feed).toBe('idle')
  expect(baton.seen.authorizations).toEqual([])
  await startLive()
  expect(baton.seen.authorizations).toEqual([baton.expectedAuthorization])
})

test('while the feed is live an answer is reused for a minute and no longer', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  await isAlive(server)
  for (let beat = 0; beat < 14; beat++) {
    time += 4_000
    await settled(server)
  }
  time += 3_999
  await isAlive(server)
  expect(baton.seen.introspections).toBe(1)
  time += 1
  await isAlive(server)
  expect(baton.seen.introspections).toBe(2)
})

test('a session named by the feed is refused at once, under each of its web nonces', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  baton.signIn(second, { sid: 'session-2' })
  expect([await isAlive(server), await isAlive(server, second)]).toEqual([true, true])
  baton.revoke('session-1')
  await vi.waitFor(async () => expect(await isAlive(server)).toBe(false))
  expect(await isAlive(server, second)).toBe(true)
})

test('before the feed is ready, an answer is reused for 5 seconds', async () => {
  baton.answers.ready = false
  const server = start()
  baton.signIn(webNonce)
  await isAlive(server)
  await until(() => baton.openFeeds === 1)
  time += 5000
  await isAlive(server)
  expect(baton.seen.introspections).toBe(2)
})

test('an answer from before the feed began is reused for 5 seconds, although the feed is live', async () => {
  baton.signIn(webNonce)
  const server = start()
  await isAlive(server)
  await until(() => server.feed === 'live')
  time += 5000
  await isAlive(server)
  expect(baton.seen.introspections).toBe(2)
})

test('when the feed is lost, an answer is reused for 5 seconds from its request', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  await isAlive(server)
  time += 4999
  await lose(server)
  await isAlive(server)
  expect(baton.seen.introspections).toBe(1)
  baton.revoke('session-1')
  time += 1
  expect(await isAlive(server)).toBe(false)
})

test('a revocation during a lost feed arrives on reconnection, and other sessions stay cached', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  baton.signIn(second, { sid: 'session-2' })
  await isAlive(server)
  await isAlive(server, second)
  baton.revoke('session-0')
  await settled(server)
  await lose(server)
  baton.revoke('session-1')
  await passUntil(() => server.feed === 'live')
  expect(baton.seen.lastEventIds).toEqual([undefined, '1'])

  await passWithBeats(server, 6000)
  expect([await isAlive(server), await isAlive(server, second)]).toEqual([false, true])
  // The first session was requested again, the second was not.
  expect(baton.seen.introspections).toBe(3)
})

test('no revocation is lost over any number of disconnections', async () => {
  const server = await startLive()
  for (let round = 0; round < 5; round++) {
    const sid = `session-${round}`
    const nonce = `${round}`.repeat(43)
    baton.signIn(nonce, { sid })
    expect(await isAlive(server, nonce)).toBe(true)
    await lose(server)
    baton.revoke(sid)
    await passUntil(() => server.feed === 'live')
    expect(await isAlive(server, nonce)).toBe(false)
  }
})

test('a feed without a cursor resumes with a gap, and older answers are reused for 5 seconds', async () => {
  baton.answers.cursor = false
  const server = await startLive()
  baton.signIn(webNonce)
  await isAlive(server)
  await lose(server)
  await passUntil(() => server.feed === 'live')
  expect(baton.seen.lastEventIds).toEqual([undefined, undefined])
  time += 5000
  await isAlive(server)
  expect(baton.seen.introspections).toBe(2)
})

test('a session that Baton denied while the feed was lost stays denied when the feed is back', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  await isAlive(server)
  await lose(server)
  baton.forget(webNonce)
  time += 5000
  expect(await isAlive(server)).toBe(false)
  await passUntil(() => server.feed === 'live')
  expect(await isAlive(server)).toBe(false)
})

test('on reset everything is dropped and requested again', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  await isAlive(server)
  await lose(server)
  for (const sid of ['a', 'b', 'session-1']) baton.revoke(sid)
  await passUntil(() => server.feed === 'live')
  expect(await isAlive(server)).toBe(false)
  baton.signIn(webNonce, { sid: 'session-9' })
  await isAlive(server)
  await passWithBeats(server, 10_000)
  await isAlive(server)
  expect(baton.seen.introspections).toBe(3)
})

test('an answer requested before a reset is reused for 5 seconds at most', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  const release = baton.holdAnswers()
  const asked = server.getSession(webNonce)
  await until(() => baton.seen.introspections === 1)
  baton.say('event: reset\ndata: {}\n\n')
  await settled(server)
  release()
  await asked
  time += 5000
  await isAlive(server)
  expect(baton.seen.introspections).toBe(2)
})

test('an unreadable event may be a revocation, so everything is dropped', async () => {
  const server = await startLive()
  for (const data of ['no json', 'null', '{}', '{"sid":7}', '[]']) {
    baton.signIn(webNonce)
    await isAlive(server)
    const before = baton.seen.introspections
    baton.say(`data: ${data}\n\n`)
    await settled(server)
    await isAlive(server)
    expect(baton.seen.introspections).toBe(before + 1)
  }
})

test('an answer in flight when its session was revoked is refused and not kept', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  const release = baton.holdAnswers()
  const asked = server.getSession(webNonce)
  await until(() => baton.seen.introspections === 1)
  baton.revoke('session-1')
  await settled(server)
  release()
  await expect(asked).resolves.toBeUndefined()
  // The session is gone at Baton, so a cached answer would show here.
  expect(await isAlive(server)).toBe(false)
})

test('a JWT of a revoked session is refused, but not another issuer’s session with that name', async () => {
  const idp = await startLittleBaton({ keys: [key] })
  const server = await startLive({ issuers: [{ issuer: idp.issuer, audience }] })
  const token = await signed(key, goodClaims(baton.issuer))
  await expect(server.verifyAccessToken(token)).resolves.toMatchObject({ sid: 'session-1' })
  baton.revoke('session-1')
  await settled(server)
  await expect(server.verifyAccessToken(token)).rejects.toMatchObject({
    code: 'invalid_token',
    detail: 'revoked',
  })
  await expect(server.authenticate(`Bearer ${token}`)).rejects.toBeInstanceOf(InvalidToken)
  await server.verifyAccessToken(await signed(key, goodClaims(baton.issuer, { sid: 'session-2' })))
  await server.verifyAccessToken(await signed(key, goodClaims(idp.issuer)))
  await idp.switchOff()
})

test('a feed that is silent for 5 seconds is not trusted and reconnects', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  await isAlive(server)
  time += 4_999
  await isAlive(server)
  expect(baton.seen.introspections).toBe(1)
  // The clock decides: the timer has not fired.
  time += 1
  await isAlive(server)
  expect(baton.seen.introspections).toBe(2)
  expect(baton.openFeeds).toBe(1)

  await vi.advanceTimersByTimeAsync(5_000)
  await until(() => baton.openFeeds === 0)
  await passUntil(() => baton.openFeeds === 1)
  expect(baton.seen.lastEventIds).toEqual([undefined, '0'])
})

test('a heartbeat keeps the feed trusted', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  await isAlive(server)
  for (let beat = 0; beat < 3; beat++) {
    time += 4_000
    await vi.advanceTimersByTimeAsync(4_000)
    baton.say(': heartbeat\n\n')
    await settled(server)
  }
  await isAlive(server)
  expect(baton.seen.introspections).toBe(1)
  expect(baton.seen.lastEventIds).toHaveLength(1)
})

test.each([401, 403])(
  'a feed that is refused (%d) is told once, is not asked for again, and 5 seconds hold',
  async (status) => {
    baton.answers.feedStatus = status
    const told: unknown[] = []
    const server = start({ onError: (error) => told.push(error) })
    baton.signIn(webNonce)
    await isAlive(server)
    await until(() => server.feed === 'refused')
    await vi.advanceTimersByTimeAsync(120_000)
    expect(told).toEqual([expect.objectContaining({ code: 'feed_refused', status })])
    time += 5000
    await isAlive(server)
    expect(baton.seen.introspections).toBe(2)
    expect(baton.seen.lastEventIds).toHaveLength(1)
  },
)

test.each([404, 500, 503])('a failing feed (%d) is requested again', async (status) => {
  baton.answers.feedStatus = status
  const server = start()
  await isAlive(server)
  await passUntil(() => baton.seen.lastEventIds.length === 3)
  baton.answers.feedStatus = 200
  await passUntil(() => server.feed === 'live')
})

test('a page that is not an event stream is not treated as the feed', async () => {
  baton.answers.feedType = 'text/html'
  const server = start()
  await isAlive(server)
  await passUntil(() => {
    expect(server.feed).toBe('connecting')
    return baton.seen.lastEventIds.length === 2
  })
})

test('a redirect leads neither the feed nor the credentials elsewhere', async () => {
  const elsewhere = await startLittleBaton()
  baton.answers.feedLocation = `${elsewhere.url}/api/revocations`
  const server = start()
  await isAlive(server)
  await passUntil(() => baton.seen.lastEventIds.length === 2)
  expect(elsewhere.seen.lastEventIds).toEqual([])
  await elsewhere.switchOff()
})

test('a closed feed stays closed, and web nonces are still checked', async () => {
  const server = await startLive()
  baton.signIn(webNonce)
  server.close()
  await until(() => baton.openFeeds === 0)
  await isAlive(server)
  time += 5000
  await isAlive(server)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(baton.seen.introspections).toBe(2)
  expect(baton.seen.lastEventIds).toHaveLength(1)
  expect(server.feed).toBe('closed')
})

test('a server closed before its first use opens no feed', async () => {
  const server = start()
  server.close()
  await isAlive(server)
  expect(baton.seen.lastEventIds).toEqual([])
})

let markers = 0

/** Lets time pass while the feed shows that it is alive. */
async function passWithBeats(server: ResourceServer, milliseconds: number) {
  for (let passed = 0; passed < milliseconds; passed += 2000) {
    time += 2000
    await settled(server)
  }
}

/** Waits until everything that the feed has sent so far was handled: a marker sent last has arrived. */
async function settled(server: ResourceServer) {
  const sid = `marker-${++markers}`
  const token = await signed(key, goodClaims(baton.issuer, { sid }))
  baton.say(`data: ${JSON.stringify({ sid })}\n\n`)
  await vi.waitFor(() => expect(server.verifyAccessToken(token)).rejects.toBeInstanceOf(InvalidToken), {
    timeout: 5000,
    interval: 5,
  })
}
