import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createResourceServer, type ResourceServerOptions, Unavailable } from '../src/index.ts'
import { listen } from './support/listen.ts'
import { clientId, clientSecret, type LittleBaton, startLittleBaton } from './support/little-baton.ts'

const webNonce = 'w'.repeat(43)

let baton: LittleBaton
let time: number

beforeEach(async () => {
  baton = await startLittleBaton()
  time = Date.now()
})
afterEach(() => baton.switchOff())

const start = (more: Partial<ResourceServerOptions> = {}) =>
  createResourceServer({
    batonUrl: baton.url,
    clientId,
    clientSecret,
    feed: false,
    clock: () => time,
    ...more,
  })

test('a web nonce gives its session', async () => {
  baton.signIn(webNonce)
  await expect(start().getSession(webNonce)).resolves.toMatchObject({
    kind: 'web_nonce',
    issuer: baton.issuer,
    sub: 'person-1',
    sid: 'session-1',
    clientId: 'app',
    name: 'Demo User',
    authTime: expect.any(Number),
    expiresAt: expect.any(Number),
    claims: { active: true, username: 'Demo User' },
  })
})

test('a web nonce that Baton calls inactive gives no session and is asked about each time', async () => {
  const server = start()
  await expect(server.getSession(webNonce)).resolves.toBeUndefined()
  await expect(server.getSession(webNonce)).resolves.toBeUndefined()
  expect(baton.seen.introspections).toBe(2)
  baton.signIn(webNonce)
  await expect(server.getSession(webNonce)).resolves.toBeDefined()
})

test.each(['', 'short', 'x'.repeat(257), 'with space '.repeat(4), 'a.b.c'.repeat(9), 'é'.repeat(43)])(
  'what cannot be a web nonce is not asked about: %j',
  async (token) => {
    await expect(start().getSession(token)).resolves.toBeUndefined()
    expect(baton.seen.introspections).toBe(0)
  },
)

test('without the feed one answer is reused for 5 seconds, then a revoked web nonce is refused', async () => {
  baton.signIn(webNonce)
  const server = start()
  await server.getSession(webNonce)
  baton.revoke('session-1')
  time += 4999
  await expect(server.getSession(webNonce)).resolves.toBeDefined()
  expect(baton.seen.introspections).toBe(1)
  time += 1
  await expect(server.getSession(webNonce)).resolves.toBeUndefined()
})

test.each([
  ['a longer max-age counts as 5 seconds', 'max-age=3600', 5000],
  ['a shorter max-age is kept to', 'private, max-age=2', 2000],
])('%s', async (_, cacheControl, freshFor) => {
  baton.answers.cacheControl = cacheControl
  baton.signIn(webNonce)
  const server = start()
  await server.getSession(webNonce)
  time += freshFor - 1
  await server.getSession(webNonce)
  expect(baton.seen.introspections).toBe(1)
  time += 1
  await server.getSession(webNonce)
  expect(baton.seen.introspections).toBe(2)
})

test.each(['no-store', 'no-cache, max-age=5', 'no-store, max-age=5', 'private', 's-maxage=5', 'max-age=0'])(
  'an answer with Cache-Control %j serves once',
  async (cacheControl) => {
    baton.answers.cacheControl = cacheControl
    baton.signIn(webNonce)
    const server = start()
    await server.getSession(webNonce)
    await server.getSession(webNonce)
    expect(baton.seen.introspections).toBe(2)
  },
)

test('an answer is never reused beyond the end of the session', async () => {
  baton.signIn(webNonce, { exp: Math.floor(time / 1000) + 2 })
  const server = start()
  await server.getSession(webNonce)
  time = (Math.floor(time / 1000) + 2) * 1000
  await server.getSession(webNonce)
  expect(baton.seen.introspections).toBe(2)
})

test('setting the clock back does not extend the reuse of an answer', async () => {
  baton.signIn(webNonce)
  const server = start()
  await server.getSession(webNonce)
  time -= 3600_000
  await server.getSession(webNonce)
  expect(baton.seen.introspections).toBe(2)
})

test('the age of an answer counts from the request', async () => {
  baton.signIn(webNonce)
  const release = baton.holdAnswers()
  const server = start()
  const asked = server.getSession(webNonce)
  time += 4000
  release()
  await asked
  time += 1000
  await server.getSession(webNonce)
  expect(baton.seen.introspections).toBe(2)
})

test('50 parallel questions about one web nonce make one request to Baton', async () => {
  baton.signIn(webNonce)
  const other = 'v'.repeat(43)
  const server = start()
  const asked = await Promise.all([
    ...Array.from({ length: 50 }, () => server.getSession(webNonce)),
    server.getSession(other),
  ])
  expect(asked.map((session) => session?.sub)).toEqual([...Array(50).fill('person-1'), undefined])
  expect(baton.seen.introspections).toBe(2)
})

test('a returned session cannot be changed for the next call', async () => {
  baton.signIn(webNonce)
  const server = start()
  const session = await server.getSession(webNonce)
  expect(() => Object.assign(session ?? {}, { sub: 'someone-else' })).toThrow(TypeError)
  expect(() => Object.assign(session?.claims ?? {}, { sub: 'someone-else' })).toThrow(TypeError)
})

const json = (body: unknown, status = 200, headers = {}) => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers,
})
const active = { active: true, sub: 's', sid: 'i', client_id: 'c', exp: 9e9, token_type: 'Bearer' }

test.each([
  ['an error', json('', 500)],
  ['overload', json({ error: 'temporarily_unavailable' }, 503)],
  ['that the credentials are wrong', json({ error: 'invalid_client' }, 401)],
  ['no JSON', json('<html>')],
  ['null', json('null')],
  ['a list', json('[]')],
  ['neither active nor not', json({})],
  ['active as a text', json({ ...active, active: 'true' })],
  ['no sub', json({ ...active, sub: undefined })],
  ['no sid', json({ ...active, sid: undefined })],
  ['no client', json({ ...active, client_id: undefined })],
  ['no end', json({ ...active, exp: undefined })],
  ['a sub that is a number', json({ ...active, sub: 7 })],
])('when Baton answers %s, the error is Unavailable and nothing is kept', async (_, answer) => {
  baton.signIn(webNonce)
  baton.answers.introspection = answer
  const told: unknown[] = []
  const server = start({ onError: (error) => told.push(error) })
  const error = await server.getSession(webNonce).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(Unavailable)
  expect(told).toEqual([error])
  baton.answers.introspection = undefined
  await expect(server.getSession(webNonce)).resolves.toBeDefined()
})

test('when Baton does not answer, the error is Unavailable, without web nonce or secret', async () => {
  await baton.switchOff()
  const error = await start()
    .getSession(webNonce)
    .catch((error: unknown) => error)
  expect(error).toBeInstanceOf(Unavailable)
  const printed = inspect(error, { depth: 9, showHidden: true })
  for (const secret of [webNonce, clientSecret, baton.expectedAuthorization])
    expect(printed).not.toContain(secret)
})

test('an active refresh token is not a session', async () => {
  baton.answers.introspection = json({ ...active, token_type: 'refresh_token' })
  await expect(start().getSession(webNonce)).resolves.toBeUndefined()
  baton.answers.introspection = json({ ...active, token_type: undefined })
  await expect(start().getSession(webNonce)).resolves.toBeUndefined()
})

test.each([301, 302, 303, 307, 308])(
  'a redirect (%d) does not lead the web nonce elsewhere',
  async (status) => {
    let reached = 0
    const elsewhere = await listen((_req, res) => {
      reached++
      res.end('{}')
    })
    baton.answers.introspection = json('', status, { location: elsewhere.url })
    await expect(start().getSession(webNonce)).rejects.toBeInstanceOf(Unavailable)
    expect(reached).toBe(0)
    await elsewhere.close()
  },
)

test('the operator learns of wrong credentials; the caller learns only that the check failed', async () => {
  const told: Unavailable[] = []
  const server = start({ clientSecret: 'wrong', onError: (error) => told.push(error as Unavailable) })
  await expect(server.getSession(webNonce)).rejects.toMatchObject({
    message: 'the access token cannot be checked at the moment',
  })
  expect(told.map(({ detail }) => detail)).toEqual([expect.stringContaining('credentials are wrong')])
})
