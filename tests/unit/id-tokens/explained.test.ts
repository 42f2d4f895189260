import { afterAll, beforeAll, expect, test } from 'vitest'
import { trustedIssuerSchema } from '#lib/config/trusted-issuers.ts'
import { explainIdToken } from '#lib/id-tokens/explain-id-token.ts'
import { keysOf } from '#lib/id-tokens/issuer-keys.ts'
import { goodClaims, nonceEndpoint, now } from '../../support/id-token-rules.ts'
import { type Issuer, newKey, type SigningKey, signed, startIssuer } from '../../support/issuer.ts'

// That the explanation agrees with the verification: accepted.test.ts, refused.test.ts and kinds.test.ts.

let issuer: Issuer
let key: SigningKey
beforeAll(async () => {
  key = await newKey('RS256')
  issuer = await startIssuer([key])
})
afterAll(() => issuer.switchOff())

async function explain(token: string, rules: Record<string, unknown> = {}) {
  const trusted = trustedIssuerSchema.parse({ issuer: issuer.url, clients: ['app', 'other-app'], ...rules })
  const cache = { keys: new Map(), metadata: new Map(), providers: [] }
  const rows = await explainIdToken(token, {
    config: { providers: [], trustedIssuers: [trusted] },
    endpoint: nonceEndpoint,
    keysOf: (iss) => keysOf(iss, cache),
  })
  const of = (status: string) => rows.filter((row) => row.status === status).map(({ rule }) => rule)
  return { rows, met: of('met'), broken: of('broken'), unknown: of('unknown') }
}

test('of a good ID token every rule is met', async () => {
  const { met, broken, unknown } = await explain(await signed(key, goodClaims(issuer.url)))
  expect([broken, unknown]).toEqual([[], []])
  expect(met.toSorted()).toEqual(
    [
      ...['JWT', 'typ', 'iss', 'alg', 'signature', 'aud: client', 'azp', 'aud: Baton', 'exp', 'nbf', 'iat'],
      ...['sub', 'subjectClaim', 'kind', 'events', 'mark', 'allow'],
    ].toSorted(),
  )
})

test('all broken rules are told, and not only the first', async () => {
  const forger = await newKey('RS256')
  const claims = {
    aud: 'stranger',
    azp: 'stranger',
    exp: now() - 100,
    nbf: now() + 100,
    iat: now() + 100,
    sub: 7,
    typ: 'Bearer',
    scope: 'openid',
    events: {},
  }
  const token = await signed(forger, goodClaims(issuer.url, claims), { typ: 'at+jwt', kid: key.kid })
  const rules = { algorithms: ['ES256'], allow: { emailDomains: ['example.org'] } }
  const { broken, met } = await explain(token, rules)
  expect(met).toEqual(['JWT', 'iss'])
  expect(broken).toHaveLength(15)
})

test('without a trusted issuer the rules that need none are told all the same', async () => {
  const token = await signed(key, goodClaims('https://evil.test', { exp: now() - 100, nonce: 'n' }))
  const { broken, unknown } = await explain(token)
  expect([broken, unknown]).toEqual([['iss', 'exp'], ['iat']])
})

test('a rule that cannot be looked at is neither met nor broken', async () => {
  const dead = await startIssuer([key])
  await dead.switchOff()
  const token = await signed(key, goodClaims(dead.url))
  const { broken, unknown } = await explain(token, { issuer: dead.url })
  expect([broken, unknown]).toEqual([[], ['signature']])
})
