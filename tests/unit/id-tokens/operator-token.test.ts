import { type CryptoKey, exportSPKI, importJWK, type JWTHeaderParameters, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { verifyOperatorToken } from '#lib/id-tokens/verify-operator-token.ts'
import { newKey, signed } from '../../support/issuer.ts'

const issuer = 'https://op.example.org'
const audience = 'https://baton.example.org/api/global-token-revocation'
const now = () => Math.floor(Date.now() / 1000)

const key = await newKey('RS256')
const publicKey = (await importJWK(key.jwk, 'RS256')) as CryptoKey
const another = await newKey('RS256')

/** As the draft has it, section 3.5. */
const good = () => ({
  iss: issuer,
  sub: 'client-id-of-integration',
  aud: audience,
  jti: 'a3f8d2c1-4b7e-4f0a-9c2d-1e5b8a7f3d6c',
  iat: now(),
  exp: now() + 300,
})

const sign = (change: Record<string, unknown> = {}, header: Partial<JWTHeaderParameters> = {}, by = key) =>
  signed(by, { ...good(), ...change }, header)

const operator = { issuer, jwksUri: `${issuer}/jwks`, algorithms: ['RS256' as const] }

const verify = (token: string) =>
  verifyOperatorToken(token, {
    operators: [{ ...operator, issuer: 'https://other.example.org' }, operator],
    audience,
    keysOf: () => async () => publicKey,
  })

test.each<[string, Record<string, unknown>, Partial<JWTHeaderParameters>]>([
  ['as the draft has it', {}, { typ: undefined }],
  ['of the type that JWTs have', {}, { typ: 'JWT' }],
  ['as Okta sends it', { nbf: now() - 300 }, { typ: 'global-token-revocation+jwt' }],
  ['of the whole media type', {}, { typ: 'application/global-token-revocation+jwt' }],
  ['without iat', { iat: undefined }, {}],
  ['with its audience in a list', { aud: [audience] }, {}],
  ['by clocks that differ by some seconds', { iat: now() + 8, nbf: now() + 8, exp: now() + 308 }, {}],
  ['that has expired a moment ago', { exp: now() - 8 }, {}],
  ['with claims that nobody asks for', { client: 'x', reason: 'y' }, {}],
  [
    'with claims of other tokens, by its own type',
    { scope: 'x', events: {} },
    { typ: 'global-token-revocation+jwt' },
  ],
])('a good token of an operator is taken: %s', async (_, change, header) => {
  const { exp } = { ...good(), ...change }
  const taken = await verify(await sign(change, header))
  expect(taken).toMatchObject({ operator, jti: good().jti })
  expect(taken.expiresAt.getTime()).toBe((exp + 10) * 1000)
})

test.each<[string, Record<string, unknown>, Partial<JWTHeaderParameters>?]>([
  ['no exp', { exp: undefined }],
  ['one that has expired', { exp: now() - 12 }],
  ['one that is good for longer than five minutes', { exp: now() + 330 }],
  ['one of the future', { iat: now() + 30 }],
  ['an iat that is a text', { iat: String(now()) }],
  ['one that is not good yet', { nbf: now() + 30 }],
  ['no jti', { jti: undefined }],
  ['an empty jti', { jti: '' }],
  ['a jti that is a number', { jti: 7 }],
  ['no audience', { aud: undefined }],
  ['an empty list of audiences', { aud: [] }],
  ['the origin for an audience', { aud: 'https://baton.example.org' }],
  ['a query after the audience', { aud: `${audience}?x` }],
  ['a further audience', { aud: [audience, 'https://elsewhere.example.org'] }],
  ['an issuer that is no operator', { iss: 'https://evil.example.org' }],
  ['no issuer', { iss: undefined }],
  ['an access token', {}, { typ: 'at+jwt' }],
  ['a logout token', {}, { typ: 'logout+jwt' }],
])('what is no good token of an operator is refused: %s', async (_, change, header) => {
  await expect(verify(await sign(change, header))).rejects.toMatchObject({ code: 'invalid_token' })
})

test('a signature by another key, a forbidden algorithm and a missing signature are refused', async () => {
  const [head, body] = (await sign()).split('.')
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
  const secret = new TextEncoder().encode(await exportSPKI(publicKey))
  const confused = await new SignJWT(good()).setProtectedHeader({ alg: 'HS256' }).sign(secret)
  const notAllowed = await signed(await newKey('PS256'), good())
  const byAnother = await sign({}, {}, another)
  for (const token of [byAnother, unsigned, confused, notAllowed, `${head}.${body}.`, '', 'x', 'a.b.c'])
    await expect(verify(token)).rejects.toMatchObject({ code: 'invalid_token' })
})
