import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createResourceServer, InvalidConfiguration, InvalidToken, MissingToken } from '../src/index.ts'
import { audience, goodClaims, newKey, signed } from './support/keys.ts'
import { clientId, clientSecret, type LittleBaton, startLittleBaton } from './support/little-baton.ts'

const webNonce = 'w'.repeat(43)
const key = await newKey()
let baton: LittleBaton

beforeAll(async () => {
  baton = await startLittleBaton({ keys: [key] })
  baton.signIn(webNonce)
})
beforeEach(() => {
  baton.seen.introspections = 0
})
afterAll(() => baton.switchOff())

const start = () =>
  createResourceServer({ batonUrl: baton.url, clientId, clientSecret, audience, feed: false })

test('a JWT and a web nonce are distinguished by form and returned in one shape', async () => {
  const { authenticate } = start()
  const jwt = await signed(key, goodClaims(baton.issuer))
  const common = {
    issuer: baton.issuer,
    sub: 'person-1',
    sid: 'session-1',
    clientId: 'app',
    name: 'Demo User',
  }
  await expect(authenticate(`Bearer ${jwt}`)).resolves.toMatchObject({ ...common, kind: 'access_token' })
  expect(baton.seen.introspections).toBe(0)
  await expect(authenticate(`Bearer ${webNonce}`)).resolves.toMatchObject({ ...common, kind: 'web_nonce' })
})

test('the scheme is Bearer in any letter case', async () => {
  for (const scheme of ['bearer', 'BEARER', 'Bearer '])
    await expect(start().authenticate(`${scheme} ${webNonce}`)).resolves.toBeDefined()
})

test.each([
  undefined,
  null,
  '',
  'Bearer',
  'Bearer ',
  'Basic YTpi',
  `DPoP ${webNonce}`,
  webNonce,
  `Bearerx ${webNonce}`,
])('without a bearer token the challenge names no error: %j', async (header) => {
  const error = await start()
    .authenticate(header)
    .catch((error: unknown) => error)
  expect(error).toBeInstanceOf(MissingToken)
  expect(error).toMatchObject({ code: 'missing_token', status: 401, challenge: 'Bearer' })
})

test.each([
  ['two tokens', `${webNonce} ${webNonce}`],
  ['two headers that were joined', `${webNonce}, Bearer ${webNonce}`],
  ['characters that no token has', `${webNonce}"`],
  ['a line break', `${webNonce}\n${webNonce}`],
  ['more than any token', 'x'.repeat(20_000)],
  ['an encrypted JWT', 'a.b.c.d.e'],
  ['a text with one dot', `${webNonce}.x`],
])('%s is not a token, and Baton is not asked', async (_, token) => {
  await expect(start().authenticate(`Bearer ${token}`)).rejects.toMatchObject({
    code: 'invalid_token',
    challenge: 'Bearer error="invalid_token", error_description="the access token is not valid here"',
  })
  expect(baton.seen.introspections).toBe(0)
})

test('a web nonce without a live session is refused', async () => {
  await expect(start().authenticate(`Bearer ${'z'.repeat(43)}`)).rejects.toBeInstanceOf(InvalidToken)
})

test('a refused JWT is not tried as a web nonce', async () => {
  const jwt = await signed(key, goodClaims(baton.issuer, { aud: 'other' }))
  await expect(start().authenticate(`Bearer ${jwt}`)).rejects.toBeInstanceOf(InvalidToken)
  expect(baton.seen.introspections).toBe(0)
})

test('a server for JWTs only refuses web nonces and has no sessions', async () => {
  const server = createResourceServer({ batonUrl: baton.url, audience })
  await expect(server.authenticate(`Bearer ${webNonce}`)).rejects.toBeInstanceOf(InvalidToken)
  await expect(server.getSession(webNonce)).rejects.toBeInstanceOf(InvalidConfiguration)
  expect(server.feed).toBe('off')
})

test('a server for web nonces only refuses Baton’s JWTs', async () => {
  const server = createResourceServer({ batonUrl: baton.url, clientId, clientSecret, feed: false })
  const jwt = await signed(key, goodClaims(baton.issuer))
  await expect(server.authenticate(`Bearer ${jwt}`)).rejects.toBeInstanceOf(InvalidToken)
})
