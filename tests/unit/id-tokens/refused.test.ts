import { CompactEncrypt, exportSPKI, importJWK, type JWTHeaderParameters, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { comparedVerifierFor, goodClaims, nonceEndpoint, now } from '../../support/id-token-rules.ts'
import { type Issuer, newKey, type SigningKey, signed, startIssuer } from '../../support/issuer.ts'

let issuer: Issuer
let key: SigningKey
let verify: ReturnType<typeof comparedVerifierFor>

beforeAll(async () => {
  key = await newKey('RS256')
  issuer = await startIssuer([key])
})
// A verifier that has had the keys fetched for one unknown kid says of the next one that it cannot know.
beforeEach(() => {
  verify = comparedVerifierFor(issuer.url)
})
afterAll(() => issuer.switchOff())

const refused = expect.objectContaining({
  code: 'invalid_grant',
  description: 'the ID token is not acceptable',
})

async function expectRefused(token: string): Promise<void> {
  // The same keys take a good token at the same moment, so the refusal is not for want of keys.
  await expect(verify(await signed(key, goodClaims(issuer.url)))).resolves.toMatchObject({ subject: 's-1' })
  await expect(verify(token)).rejects.toEqual(refused)
}

test.each<[reason: string, change: () => Record<string, unknown>]>([
  ['another issuer', () => ({ iss: 'https://evil.test' })],
  ['an issuer that only begins alike', () => ({ iss: `${issuer.url}/` })],
  ['no issuer', () => ({ iss: undefined })],
  ['no audience', () => ({ aud: undefined })],
  ['no nonce endpoint in aud', () => ({ aud: 'app' })],
  ['no nonce endpoint in a list', () => ({ aud: ['app', 'https://baton.example.org'] })],
  ['a nonce endpoint that is only like it', () => ({ aud: ['app', `${nonceEndpoint}/`] })],
  ['the nonce endpoint alone', () => ({ aud: nonceEndpoint })],
  ['an unlisted client', () => ({ aud: ['unlisted', nonceEndpoint] })],
  ['a client in other letters', () => ({ aud: ['APP', nonceEndpoint] })],
  ['several client audiences and no azp', () => ({ aud: ['app', 'other-app', nonceEndpoint] })],
  ['several client audiences and azp null', () => ({ aud: ['app', 'other-app', nonceEndpoint], azp: null })],
  ['an azp that is not listed', () => ({ aud: ['app', 'unlisted', nonceEndpoint], azp: 'unlisted' })],
  ['an azp that is not listed and not in aud', () => ({ azp: 'unlisted' })],
  [
    'an azp that is listed, for a client that is not',
    () => ({ aud: ['unlisted', nonceEndpoint], azp: 'app' }),
  ],
  ['an azp that is the nonce endpoint', () => ({ azp: nonceEndpoint })],
  ['an empty azp', () => ({ azp: '' })],
  ['an azp that is a list', () => ({ azp: ['app'] })],
  ['a time past exp', () => ({ exp: now() - 12 })],
  ['no exp', () => ({ exp: undefined })],
  ['an exp that is text', () => ({ exp: String(now() + 300) })],
  ['a time before nbf', () => ({ nbf: now() + 60 })],
  ['no iat', () => ({ iat: undefined })],
  ['an iat that is text', () => ({ iat: String(now()) })],
  ['an iat in the future', () => ({ iat: now() + 60 })],
  ['too great an age', () => ({ iat: now() - 3600 - 12 })],
  ['no sub', () => ({ sub: undefined })],
  ['an empty sub', () => ({ sub: '' })],
  ['a sub with a NUL', () => ({ sub: 'a\0b' })],
  ['a sub with a line break', () => ({ sub: 'a\nb' })],
  ['a sub of 256 characters', () => ({ sub: 'a'.repeat(256) })],
  ['a sub that is a number', () => ({ sub: 7 })],
  ['a sub that is a list', () => ({ sub: ['s-1'] })],
])('an ID token is refused for %s', async (_, change) => {
  await expectRefused(await signed(key, goodClaims(issuer.url, change())))
})

test.each<[reason: string, header: Partial<JWTHeaderParameters>]>([
  ['an access token (RFC 9068)', { typ: 'at+jwt' }],
  ['an access token, written in full', { typ: 'application/at+jwt' }],
  ['a logout token', { typ: 'logout+jwt' }],
  ['a DPoP proof', { typ: 'dpop+jwt' }],
  ['a security event', { typ: 'secevent+jwt' }],
  ['no type at all but a word', { typ: '' }],
  ['an unknown kid', { kid: 'unknown' }],
])('a JWT is refused as an ID token when its header says %s', async (_, header) => {
  await expectRefused(await signed(key, goodClaims(issuer.url), header))
})

test('an ID token signed by a key that is not the issuer’s is refused, under any kid', async () => {
  const forger = await newKey('RS256')
  for (const kid of [key.kid, forger.kid, undefined])
    await expectRefused(await signed(forger, goodClaims(issuer.url), { kid } as Partial<JWTHeaderParameters>))
})

test('a key that the token brings along is not looked at', async () => {
  const forger = await newKey('RS256')
  await expectRefused(await signed(forger, goodClaims(issuer.url), { jwk: forger.jwk, kid: key.kid }))
  await expectRefused(
    await signed(forger, goodClaims(issuer.url), { jku: 'https://evil.test/jwks', kid: key.kid }),
  )
})

test('an ID token without a signature is refused', async () => {
  await expectRefused(new UnsecuredJWT(goodClaims(issuer.url)).encode())
  const [, payload] = (await signed(key, goodClaims(issuer.url))).split('.')
  for (const alg of ['none', 'None', 'NONE', '']) {
    const header = Buffer.from(JSON.stringify({ alg, kid: key.kid })).toString('base64url')
    await expectRefused(`${header}.${payload}.`)
  }
})

test('an HMAC with the public key as its secret is refused', async () => {
  const publicKey = (await importJWK(key.jwk, 'RS256')) as Parameters<typeof exportSPKI>[0]
  const secrets = [await exportSPKI(publicKey), JSON.stringify(key.jwk), key.jwk.n ?? '']
  for (const secret of secrets) {
    const header = { alg: 'HS256', kid: key.kid }
    await expectRefused(
      await new SignJWT(goodClaims(issuer.url)).setProtectedHeader(header).sign(Buffer.from(secret)),
    )
  }
})

test('an algorithm that is not listed is refused, be the key the issuer’s own', async () => {
  const unlisted = await newKey('RS512')
  issuer.serveKeys([key.jwk, unlisted.jwk])
  const token = await signed(unlisted, goodClaims(issuer.url))
  await expect(comparedVerifierFor(issuer.url, { algorithms: ['RS512'] })(token)).resolves.toBeDefined()
  await expect(comparedVerifierFor(issuer.url)(token)).rejects.toEqual(refused)
  issuer.serveKeys([key.jwk])
})

test('a payload changed after signing is refused', async () => {
  const [header, , signature] = (await signed(key, goodClaims(issuer.url))).split('.')
  const payload = Buffer.from(JSON.stringify(goodClaims(issuer.url, { sub: 'someone else' }))).toString(
    'base64url',
  )
  await expectRefused(`${header}.${payload}.${signature}`)
})

test('an encrypted token is refused', async () => {
  const plaintext = Buffer.from(JSON.stringify(goodClaims(issuer.url)))
  const header = { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: key.kid, iss: issuer.url }
  const publicKey = await importJWK({ ...key.jwk, use: 'enc' }, 'RSA-OAEP-256')
  await expectRefused(await new CompactEncrypt(plaintext).setProtectedHeader(header).encrypt(publicKey))
})

test.each([
  '',
  '.',
  '..',
  'a.b.c',
  'eyJ9.e30.',
  'null',
  '{}',
  'a'.repeat(60_000),
  'e30.e30.e30',
  'bnVsbA.bnVsbA.x',
])('what is no JWT is refused: %j', async (text) => {
  await expectRefused(text)
})
