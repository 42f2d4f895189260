import type { JWTHeaderParameters } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { comparedVerifierFor, goodClaims, nonceEndpoint, now } from '../../support/id-token-rules.ts'
import { type Issuer, newKey, type SigningKey, signed, startIssuer } from '../../support/issuer.ts'

const algorithms = ['RS256', 'ES256', 'PS256', 'EdDSA', 'Ed25519']
let issuer: Issuer
let keys: SigningKey[]

beforeAll(async () => {
  keys = await Promise.all([...algorithms, 'RS256', 'ES256'].map(newKey))
  issuer = await startIssuer(keys)
})
afterAll(() => issuer.switchOff())

const key = () => keys[0] as SigningKey
const verified = async (change: Record<string, unknown>, rules = {}) =>
  comparedVerifierFor(issuer.url, rules)(await signed(key(), goodClaims(issuer.url, change)))

test('a good ID token says who signed in, where, when and how', async () => {
  const authTime = now() - 60
  const claims = { amr: ['pwd', 'otp'], auth_time: authTime, name: 'Demo User' }
  expect(await verified(claims)).toMatchObject({
    issuer: issuer.url,
    subject: 's-1',
    clientId: 'app',
    amr: ['pwd', 'otp'],
    authTime: new Date(authTime * 1000),
    claims: { name: 'Demo User' },
  })
})

test.each<[how: string, change: Record<string, unknown>, clientId: string]>([
  ['the client first', { aud: ['app', nonceEndpoint] }, 'app'],
  ['the nonce endpoint first', { aud: [nonceEndpoint, 'app'] }, 'app'],
  ['another listed client', { aud: [nonceEndpoint, 'other-app'] }, 'other-app'],
  ['the client twice', { aud: ['app', 'app', nonceEndpoint] }, 'app'],
  ['an azp that is the client', { azp: 'app' }, 'app'],
  [
    'several listed clients and azp',
    { aud: ['app', 'other-app', nonceEndpoint], azp: 'other-app' },
    'other-app',
  ],
  ['an unlisted client beside and azp', { aud: ['unlisted', 'app', nonceEndpoint], azp: 'app' }, 'app'],
  ['an unlisted client beside and no azp', { aud: ['unlisted', 'app', nonceEndpoint] }, 'app'],
  ['an azp that is listed and not in aud, as of Google’s apps', { azp: 'other-app' }, 'other-app'],
])('the client is found whatever the order of aud: %s', async (_, change, clientId) => {
  expect((await verified(change)).clientId).toBe(clientId)
})

test('a client may be excused from naming the nonce endpoint, and only that client', async () => {
  const rules = { acceptWithoutNonceAudience: ['app'] }
  expect((await verified({ aud: 'app' }, rules)).clientId).toBe('app')
  await expect(verified({ aud: 'other-app' }, rules)).rejects.toMatchObject({ code: 'invalid_grant' })
  await expect(verified({ aud: 'app' })).rejects.toMatchObject({ code: 'invalid_grant' })
  // The app is excused, and not the server that its ID tokens are for.
  const app = { aud: 'other-app', azp: 'app' }
  expect((await verified(app, rules)).clientId).toBe('app')
  await expect(verified({ aud: 'app', azp: 'other-app' }, rules)).rejects.toMatchObject({
    code: 'invalid_grant',
  })
})

test.each<[what: string, change: () => Record<string, unknown>]>([
  ['exp a moment ago', () => ({ exp: now() - 5 })],
  ['nbf in a moment', () => ({ nbf: now() + 8 })],
  ['iat in a moment', () => ({ iat: now() + 8 })],
  ['an age a moment too great', () => ({ iat: now() - 3605 })],
])('clocks may differ by ten seconds: %s', async (_, change) => {
  expect((await verified(change())).subject).toBe('s-1')
})

test('the greatest age is the configured one', async () => {
  expect((await verified({ iat: now() - 100 }, { maxTokenAge: 100 })).subject).toBe('s-1')
  await expect(verified({ iat: now() - 112 }, { maxTokenAge: 100 })).rejects.toMatchObject({
    code: 'invalid_grant',
  })
})

test.each(algorithms)('%s is taken by default', async (alg) => {
  const own = keys.find((candidate) => candidate.alg === alg) as SigningKey
  const token = await signed(own, goodClaims(issuer.url))
  expect((await comparedVerifierFor(issuer.url)(token)).subject).toBe('s-1')
})

test('without a kid the right one of several keys is found', async () => {
  const verify = comparedVerifierFor(issuer.url)
  for (const own of keys) {
    const token = await signed(own, goodClaims(issuer.url), {
      kid: undefined,
    } as Partial<JWTHeaderParameters>)
    expect((await verify(token)).subject).toBe('s-1')
  }
})

test.each(['JWT', 'jwt', 'application/jwt', undefined])('typ may be %s', async (typ) => {
  const token = await signed(key(), goodClaims(issuer.url), { typ } as Partial<JWTHeaderParameters>)
  expect((await comparedVerifierFor(issuer.url)(token)).subject).toBe('s-1')
})

test('a configured subject claim identifies the person, and must be present', async () => {
  const rules = { subjectClaim: 'oid' }
  expect((await verified({ oid: 'o-1' }, rules)).subject).toBe('o-1')
  for (const oid of [undefined, '', 'a\0'])
    await expect(verified({ oid }, rules)).rejects.toMatchObject({ code: 'invalid_grant' })
})

test('every ID token has a usable sub, whichever claim tells the person apart', async () => {
  for (const sub of [undefined, '', 'a\0b', 7])
    await expect(verified({ oid: 'o-1', sub }, { subjectClaim: 'oid' })).rejects.toMatchObject({
      code: 'invalid_grant',
    })
})

test('of tokens of two trusted issuers each is held to the keys of its own', async () => {
  const otherKey = await newKey('RS256')
  const other = await startIssuer([otherKey])
  const verify = comparedVerifierFor(other.url)
  expect((await verify(await signed(otherKey, goodClaims(other.url)))).issuer).toBe(other.url)
  await expect(verify(await signed(key(), goodClaims(other.url)))).rejects.toMatchObject({
    code: 'invalid_grant',
  })
  await other.switchOff()
})
