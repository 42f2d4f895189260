import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newDeviceKey, type ProofOptions } from '../../../tests/support/device-key.ts'
import { createResourceServer, InvalidProof, InvalidToken, MissingToken } from '../src/index.ts'
import { createUsedProofs } from '../src/used-proofs.ts'
import { audience, goodClaims, newKey, signed } from './support/keys.ts'
import { clientId, clientSecret, type LittleBaton, startLittleBaton } from './support/little-baton.ts'

const [bound, unbound] = ['b'.repeat(43), 'w'.repeat(43)]
const signing = await newKey()
const key = await newDeviceKey()
const cnf = { jkt: key.jkt }
const publicUrl = 'https://orders.example/v1/'
const url = 'https://orders.example/v1/orders'
let baton: LittleBaton

beforeAll(async () => {
  baton = await startLittleBaton({ keys: [signing] })
  baton.signIn(unbound)
  baton.signIn(bound, { token_type: 'DPoP', cnf })
})
beforeEach(() => {
  baton.seen.introspections = 0
})
afterAll(() => baton.switchOff())

const start = (more: object = {}) =>
  createResourceServer({
    batonUrl: baton.url,
    clientId,
    clientSecret,
    audience,
    publicUrl,
    feed: false,
    ...more,
  })
const boundJwt = () => signed(signing, goodClaims(baton.issuer, { cnf }))
const request = (proof: string | undefined) => ({ method: 'GET', path: '/orders?page=2', proof })
const prove = (token: string, more: Partial<ProofOptions> = {}) =>
  key.proof({ method: 'GET', url, token, ...more })

test('a token that is bound to a key is taken with a proof of it', async () => {
  const server = start()
  for (const [token, kind] of [
    [bound, 'web_nonce'],
    [await boundJwt(), 'access_token'],
  ] as const)
    await expect(server.authenticate(`DPoP ${token}`, request(await prove(token)))).resolves.toMatchObject({
      kind,
      sub: 'person-1',
      claims: { cnf },
    })
})

test('as bearer it is refused, also when it is known', async () => {
  const server = start()
  for (const token of [bound, await boundJwt()]) {
    await expect(server.authenticate(`Bearer ${token}`)).rejects.toBeInstanceOf(InvalidToken)
    await server.authenticate(`dpop ${token}`, request(await prove(token)))
    const refused = server.authenticate(`Bearer ${token}`, request(await prove(token)))
    await expect(refused).rejects.toMatchObject({ challenge: expect.stringMatching(/^Bearer /) })
  }
})

test('a token that is bound to no key, or to another one, is refused with a proof', async () => {
  const server = start()
  const stranger = await newDeviceKey()
  const jwt = await signed(signing, goodClaims(baton.issuer))
  for (const token of [unbound, jwt])
    await expect(server.authenticate(`DPoP ${token}`, request(await prove(token)))).rejects.toMatchObject({
      code: 'invalid_token',
      challenge: expect.stringMatching(/^DPoP error="invalid_token".*, algs="ES256 /),
    })
  for (const token of [bound, await boundJwt()]) {
    const proof = await stranger.proof({ method: 'GET', url, token })
    await expect(server.authenticate(`DPoP ${token}`, request(proof))).rejects.toBeInstanceOf(InvalidToken)
  }
})

const privateJwk = { ...key.jwk, d: 'AQAB' }

test.for<[string, Partial<ProofOptions>]>([
  ['another method', { method: 'POST' }],
  ['another path', { url: 'https://orders.example/v1/orders/1' }],
  ['the path without that of its public address', { url: 'https://orders.example/orders' }],
  ['another host', { url: 'https://evil.example/v1/orders' }],
  ['no address', { claims: { htu: undefined } }],
  ['the ath of another token', { token: 'x'.repeat(43) }],
  ['no ath', { claims: { ath: undefined } }],
  ['no jti', { claims: { jti: undefined } }],
  ['a time long ago', { claims: { iat: Math.floor(Date.now() / 1000) - 130 } }],
  ['a time to come', { claims: { iat: Math.floor(Date.now() / 1000) + 130 } }],
  ['no time', { claims: { iat: undefined } }],
  ['another type', { header: { typ: 'JWT' } }],
  ['a private key', { header: { jwk: privateJwk } }],
  ['an HMAC', { header: { alg: 'HS256' }, signedBy: new Uint8Array(32) }],
  ['another key', { header: { jwk: (await newDeviceKey()).jwk } }],
])('a proof with %s is refused, and Baton is not asked', async ([, otherwise]) => {
  const refused = start().authenticate(`DPoP ${bound}`, request(await prove(bound, otherwise)))
  await expect(refused).rejects.toBeInstanceOf(InvalidProof)
  await expect(refused).rejects.toMatchObject({
    code: 'invalid_dpop_proof',
    status: 401,
    challenge: expect.stringMatching(/^DPoP error="invalid_dpop_proof".*, algs="ES256 /),
  })
  expect(baton.seen.introspections).toBe(0)
})

test.for([undefined, '', 'x', 'a.b.c', `${await prove(bound)}, ${await prove(bound)}`])(
  '%s is no proof',
  async (proof) => {
    await expect(start().authenticate(`DPoP ${bound}`, request(proof))).rejects.toBeInstanceOf(InvalidProof)
  },
)

test('without the request there is no proof', async () => {
  await expect(start().authenticate(`DPoP ${bound}`)).rejects.toBeInstanceOf(InvalidProof)
})

test('a proof works once', async () => {
  const server = start()
  const proof = await prove(bound)
  const use = () => server.authenticate(`DPoP ${bound}`, request(proof))
  const answers = await Promise.allSettled([use(), use(), use()])
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(use()).rejects.toBeInstanceOf(InvalidProof)
})

test('the address may be spelled in another way', async () => {
  for (const htu of ['HTTPS://Orders.example:443/v1/./%6frders', `${url}?x#y`])
    await expect(
      start().authenticate(`DPoP ${bound}`, request(await prove(bound, { url: htu }))),
    ).resolves.toBeDefined()
})

test('a server that does not know its address takes no proof, and no bound token', async () => {
  const server = start({ publicUrl: undefined })
  await expect(server.authenticate(`DPoP ${bound}`, request(await prove(bound)))).rejects.toBeInstanceOf(
    MissingToken,
  )
  await expect(server.authenticate(`Bearer ${bound}`)).rejects.toBeInstanceOf(InvalidToken)
})

test('getSession and verifyAccessToken, which see no proof, know no bound token', async () => {
  const server = start()
  expect(await server.getSession(bound)).toBeUndefined()
  expect(await server.getSession(unbound)).toBeDefined()
  expect(await server.getSession(bound, { bound: true })).toMatchObject({ claims: { cnf } })
  await expect(server.verifyAccessToken(await boundJwt())).rejects.toBeInstanceOf(InvalidToken)
})

test('a token with more than a key to prove is refused', async () => {
  const server = start()
  const more = { ...cnf, 'x5t#S256': 'x' }
  baton.signIn('m'.repeat(43), { token_type: 'DPoP', cnf: more })
  for (const token of ['m'.repeat(43), await signed(signing, goodClaims(baton.issuer, { cnf: more }))])
    await expect(server.authenticate(`DPoP ${token}`, request(await prove(token)))).rejects.toBeInstanceOf(
      InvalidToken,
    )
})

test.for(['orders', 'http://orders.example', 'https://orders.example/?a', 'https://orders.example/#a'])(
  '%s is no public address',
  (publicUrl) => {
    expect(() => start({ publicUrl })).toThrow(expect.objectContaining({ code: 'invalid_configuration' }))
  },
)

test('proofs are remembered as long as they are good, and none that is good is forgotten', () => {
  let now = 0
  const used = createUsedProofs(() => now, 4)
  const tooMany = expect.objectContaining({ code: 'temporarily_unavailable' })
  expect([used.take('a', 'ada'), used.take('a', 'ada')]).toEqual([true, false])
  // One person has a quarter of the room.
  expect(() => used.take('b', 'ada')).toThrow(tooMany)
  for (const sub of ['bob', 'cy', 'dee']) expect(used.take(`of ${sub}`, sub)).toBe(true)
  expect(() => used.take('c', 'eve')).toThrow(tooMany)
  now = 240_000
  expect(used.take('a', 'ada')).toBe(false)
  now = 251_000
  expect([used.take('b', 'ada'), used.size]).toEqual([true, 1])
})
