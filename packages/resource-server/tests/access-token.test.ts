import { createHmac } from 'node:crypto'
import { CompactEncrypt, CompactSign, exportSPKI, importJWK, type JWTHeaderParameters, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createResourceServer, InvalidToken, type ResourceServer, Unavailable } from '../src/index.ts'
import { audience, goodClaims, newKey, now, type SigningKey, signed } from './support/keys.ts'
import { listen } from './support/listen.ts'
import { type LittleBaton, startLittleBaton } from './support/little-baton.ts'

let key: SigningKey
let otherKey: SigningKey
let baton: LittleBaton
let idp: LittleBaton
let resourceServer: ResourceServer

beforeAll(async () => {
  key = await newKey()
  otherKey = await newKey('ES256')
  baton = await startLittleBaton({ keys: [key] })
  idp = await startLittleBaton({ keys: [otherKey] })
  resourceServer = createResourceServer({
    batonUrl: baton.url,
    audience,
    issuers: [{ issuer: idp.issuer, audience: 'idp-audience' }],
  })
})
afterAll(() => Promise.all([baton.switchOff(), idp.switchOff()]))
afterEach(() => {
  baton.answers.metadata = undefined
  baton.answers.keys = undefined
})

const verify = (token: string) => resourceServer.verifyAccessToken(token)

async function expectRefused(token: string): Promise<void> {
  // The same keys accept a valid token at the same moment, so the refusal is not due to missing keys.
  await expect(verify(await signed(key, goodClaims(baton.issuer)))).resolves.toMatchObject({
    sub: 'person-1',
  })
  const error = await verify(token).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(InvalidToken)
  expect(error).toMatchObject({ code: 'invalid_token', status: 401 })
}

test('a valid access token identifies the caller', async () => {
  const claims = goodClaims(baton.issuer)
  await expect(verify(await signed(key, claims))).resolves.toEqual({
    kind: 'access_token',
    issuer: baton.issuer,
    sub: 'person-1',
    sid: 'session-1',
    clientId: 'app',
    authTime: claims.auth_time,
    name: 'Demo User',
    expiresAt: claims.exp,
    claims,
  })
})

test('the type may be written in full (RFC 9068, section 4)', async () => {
  const token = await signed(key, goodClaims(baton.issuer), { typ: 'application/at+jwt' })
  await expect(verify(token)).resolves.toMatchObject({ issuer: baton.issuer })
})

test('each issuer has its own audience and keys', async () => {
  const good = await signed(otherKey, goodClaims(idp.issuer, { aud: 'idp-audience' }))
  await expect(verify(good)).resolves.toMatchObject({ issuer: idp.issuer })
  await expectRefused(await signed(otherKey, goodClaims(idp.issuer)))
  await expectRefused(await signed(otherKey, goodClaims(baton.issuer)))
  await expectRefused(await signed(key, goodClaims(idp.issuer, { aud: 'idp-audience' })))
})

test.each<[reason: string, change: () => Record<string, unknown>]>([
  ['another audience', () => ({ aud: 'https://other.example' })],
  ['an audience that only begins alike', () => ({ aud: `${audience}/` })],
  ['no audience', () => ({ aud: undefined })],
  ['another issuer', () => ({ iss: 'https://evil.example' })],
  ['an issuer that only begins alike', () => ({ iss: `${baton.issuer}/` })],
  ['no issuer', () => ({ iss: undefined })],
  ['a time past exp', () => ({ exp: now() - 12 })],
  ['no exp', () => ({ exp: undefined })],
  ['an exp that is text', () => ({ exp: String(now() + 300) })],
  ['a time before nbf', () => ({ nbf: now() + 60 })],
  ['no sub', () => ({ sub: undefined })],
  ['an empty sub', () => ({ sub: '' })],
  ['a sub that is a number', () => ({ sub: 7 })],
  ['no iat', () => ({ iat: undefined })],
  ['an iat that is text', () => ({ iat: String(now()) })],
  ['no jti', () => ({ jti: undefined })],
  ['an empty jti', () => ({ jti: '' })],
  ['a jti that is a number', () => ({ jti: 7 })],
  ['no client_id', () => ({ client_id: undefined })],
  ['an empty client_id', () => ({ client_id: '' })],
  ['a client_id that is a list', () => ({ client_id: ['app'] })],
  ['a key that it is bound to', () => ({ cnf: { jkt: 'thumbprint' } })],
])('an access token is refused for %s', async (_, change) => {
  await expectRefused(await signed(key, goodClaims(baton.issuer, change())))
})

test('an issuer with a `typ` of its own need not follow RFC 9068', async () => {
  const server = createResourceServer({
    batonUrl: baton.url,
    issuers: [{ issuer: idp.issuer, audience, typ: 'JWT' }],
  })
  const claims = goodClaims(idp.issuer, { iat: undefined, jti: undefined, client_id: undefined })
  const token = await server.verifyAccessToken(await signed(otherKey, claims, { typ: 'JWT' }))
  expect(token).toMatchObject({ sub: 'person-1', issuer: idp.issuer })
  expect(token.clientId).toBeUndefined()
})

test.each<[reason: string, header: Partial<JWTHeaderParameters>]>([
  ['an ID token', { typ: 'JWT' }],
  ['no type', { typ: undefined }],
  ['a logout token', { typ: 'logout+jwt' }],
  ['a DPoP proof', { typ: 'dpop+jwt' }],
  ['an unknown kid', { kid: 'unknown' }],
])('a JWT is refused as an access token when its header says %s', async (_, header) => {
  await expectRefused(await signed(key, goodClaims(baton.issuer), header))
})

test('a critical extension is refused', async () => {
  const [, payload = ''] = (await signed(key, goodClaims(baton.issuer))).split('.')
  const jws = new CompactSign(Buffer.from(payload, 'base64url')).setProtectedHeader({
    alg: key.alg,
    kid: key.kid,
    typ: 'at+jwt',
    crit: ['urn:example:must'],
    'urn:example:must': true,
  })
  await expectRefused(await jws.sign(key.privateKey, { crit: { 'urn:example:must': true } }))
})

test('a token without a signature is refused', async () => {
  const [, payload] = (await signed(key, goodClaims(baton.issuer))).split('.')
  for (const alg of ['none', 'None', 'NONE', '', undefined]) {
    const header = Buffer.from(JSON.stringify({ alg, kid: key.kid, typ: 'at+jwt' })).toString('base64url')
    await expectRefused(`${header}.${payload}.`)
    await expectRefused(`${header}.${payload}.AA`)
  }
})

test('an HMAC with the public key as its secret is refused', async () => {
  const publicKey = (await importJWK(key.jwk, 'RS256')) as Parameters<typeof exportSPKI>[0]
  for (const secret of [await exportSPKI(publicKey), JSON.stringify(key.jwk), key.jwk.n ?? '']) {
    const token = await new SignJWT(goodClaims(baton.issuer))
      .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: 'at+jwt' })
      .sign(Buffer.from(secret))
    await expectRefused(token)
    // The header of a valid token over an HMAC.
    const [header, payload] = (await signed(key, goodClaims(baton.issuer))).split('.')
    const mac = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')
    await expectRefused(`${header}.${payload}.${mac}`)
  }
})

test('an unexpected algorithm is refused, even with the issuer’s own key', async () => {
  const strict = createResourceServer({ batonUrl: baton.url, audience, algorithms: ['ES256'] })
  await expect(strict.verifyAccessToken(await signed(key, goodClaims(baton.issuer)))).rejects.toBeInstanceOf(
    InvalidToken,
  )
})

test('a key inside the token is ignored', async () => {
  const forger = await newKey()
  for (const header of [{ jwk: forger.jwk }, { jku: 'https://evil.example/jwks' }, { kid: forger.kid }])
    await expectRefused(await signed(forger, goodClaims(baton.issuer), { kid: key.kid, ...header }))
})

test('a changed claim is refused', async () => {
  const [header, , signature] = (await signed(key, goodClaims(baton.issuer))).split('.')
  const claims = Buffer.from(JSON.stringify(goodClaims(baton.issuer, { sub: 'someone-else' })))
  await expectRefused(`${header}.${claims.toString('base64url')}.${signature}`)
})

test('a nested or an encrypted JWT is refused', async () => {
  const inner = await signed(key, goodClaims(baton.issuer))
  const nested = new CompactSign(Buffer.from(inner)).setProtectedHeader({
    alg: key.alg,
    kid: key.kid,
    typ: 'at+jwt',
    cty: 'JWT',
  })
  await expectRefused(await nested.sign(key.privateKey))
  const encrypted = new CompactEncrypt(Buffer.from(inner)).setProtectedHeader({
    alg: 'dir',
    enc: 'A256GCM',
    cty: 'JWT',
  })
  await expectRefused(await encrypted.encrypt(Buffer.alloc(32)))
})

test.each(['', 'a.b', 'a.b.c', 'a.b.c.d.e', '..', 'no token', `${'a'.repeat(43)}`])(
  'what is no JWT is refused: %j',
  async (token) => {
    await expectRefused(token)
  },
)

test('a token without kid is tried with each matching key', async () => {
  const second = await newKey()
  const many = await startLittleBaton({ keys: [key, second] })
  const server = createResourceServer({ batonUrl: many.url, audience })
  const token = await signed(second, goodClaims(many.issuer), { kid: undefined })
  await expect(server.verifyAccessToken(token)).resolves.toMatchObject({ sub: 'person-1' })
  const forged = await signed(await newKey(), goodClaims(many.issuer), { kid: undefined })
  await expect(server.verifyAccessToken(forged)).rejects.toBeInstanceOf(InvalidToken)
  await many.switchOff()
})

test('forged key ids do not make this server flood the issuer', async () => {
  await verify(await signed(key, goodClaims(baton.issuer)))
  const before = baton.seen.keys
  for (let index = 0; index < 10; index++)
    await expectRefused(await signed(key, goodClaims(baton.issuer), { kid: `forged-${index}` }))
  expect(baton.seen.keys).toBe(before)
})

test('an issuer without a listed audience is not trusted, not even Baton itself', async () => {
  const server = createResourceServer({
    batonUrl: baton.url,
    issuers: [{ issuer: idp.issuer, audience: 'idp-audience' }],
  })
  await expect(server.verifyAccessToken(await signed(key, goodClaims(baton.issuer)))).rejects.toBeInstanceOf(
    InvalidToken,
  )
})

test.each<[reason: string, arrange: (baton: LittleBaton) => unknown]>([
  ['nobody answers', (baton) => baton.switchOff()],
  [
    'the metadata is of another issuer',
    ({ answers, issuer }) => (answers.metadata = { issuer: `${issuer}/`, jwks_uri: `${issuer}/jwks` }),
  ],
  [
    'the keys are to be fetched without TLS',
    ({ answers, issuer }) => (answers.metadata = { issuer, jwks_uri: 'http://other.example/jwks' }),
  ],
  ['the metadata names no keys', ({ answers, issuer }) => (answers.metadata = { issuer })],
  ['the metadata is null', ({ answers }) => (answers.metadata = 'null')],
  ['the keys answer an error', ({ answers }) => (answers.keys = { status: 500, body: '{}' })],
  ['the keys are no JSON', ({ answers }) => (answers.keys = { status: 200, body: '<html>' })],
])('when %s, the error is not about the token, and the next call asks again', async (_, arrange) => {
  const fresh = await startLittleBaton({ keys: [key] })
  const reported: unknown[] = []
  const server = createResourceServer({
    batonUrl: fresh.url,
    audience,
    onError: (error) => reported.push(error),
  })
  const token = await signed(key, goodClaims(fresh.issuer))
  await arrange(fresh)

  const error = await server.verifyAccessToken(token).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(Unavailable)
  expect(error).toMatchObject({ code: 'temporarily_unavailable', status: 503, retryAfter: 5 })
  expect(reported).toEqual([error])

  fresh.answers.metadata = undefined
  fresh.answers.keys = undefined
  await fresh.switchOn()
  await expect(server.verifyAccessToken(token)).resolves.toMatchObject({ sub: 'person-1' })
  await fresh.switchOff()
})

test('metadata behind a redirect is not fetched', async () => {
  const front = await listen((req, res) => res.writeHead(302, { location: `${baton.url}${req.url}` }).end())
  baton.answers.metadata = { issuer: `${front.url}/oidc`, jwks_uri: `${baton.issuer}/jwks` }
  const server = createResourceServer({ batonUrl: front.url, audience })
  const token = await signed(key, goodClaims(`${front.url}/oidc`))
  await expect(server.verifyAccessToken(token)).rejects.toBeInstanceOf(Unavailable)
  await front.close()
})

test('an error shows neither the token nor its claims, however it is printed', async () => {
  const { inspect } = await import('node:util')
  const token = await signed(key, goodClaims(baton.issuer, { aud: 'other', email: 'person@example.test' }))
  const error = await verify(token).catch((error: unknown) => error)
  const printed = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`
  for (const part of [...token.split('.'), 'person@example.test', 'person-1'])
    expect(printed).not.toContain(part)
})
