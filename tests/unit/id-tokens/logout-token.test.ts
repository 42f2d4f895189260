import { exportSPKI, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { verifyLogoutToken } from '#lib/id-tokens/verify-logout-token.ts'

const issuer = 'https://op.example.org'
const event = 'http://schemas.openid.net/event/backchannel-logout'
const now = () => Math.floor(Date.now() / 1000)

let keys: Awaited<ReturnType<typeof generateKeyPair>>
let others: Awaited<ReturnType<typeof generateKeyPair>>

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true })
  others = await generateKeyPair('RS256')
})

const good = () => ({
  iss: issuer,
  aud: 'baton',
  iat: now(),
  exp: now() + 120,
  jti: 'j-1',
  sub: 's-1',
  sid: 'one',
  events: { [event]: {} },
})

function sign(change: Record<string, unknown> = {}, header: Partial<JWTHeaderParameters> = {}, key = keys) {
  return new SignJWT({ ...good(), ...change })
    .setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt', ...header })
    .sign(key.privateKey)
}

const verify = (token: string) =>
  verifyLogoutToken(token, {
    senders: [
      { issuer, clients: ['baton', 'app'], algorithms: ['RS256'] },
      { issuer: 'https://other.example.org', clients: ['baton'], algorithms: ['RS256'] },
    ],
    keysOf: async () => async () => keys.publicKey,
  })

test.each<[string, Record<string, unknown>, Partial<JWTHeaderParameters>]>([
  ['as the standard has it', {}, {}],
  ['for several clients', { aud: ['elsewhere', 'app'] }, {}],
  ['of the type that older providers write', {}, { typ: 'JWT' }],
  ['of the whole media type', {}, { typ: 'application/logout+jwt' }],
  ['without a type', {}, { typ: undefined }],
  ['by sub alone', { sid: undefined }, {}],
  ['by sid alone', { sub: undefined }, {}],
])('a good logout token is taken: %s', async (_, change, header) => {
  const expected = { ...good(), ...change }
  expect(await verify(await sign(change, header))).toMatchObject({
    issuer,
    clients: [expected.aud].flat().filter((aud) => aud !== 'elsewhere'),
    subject: expected.sub,
    sid: expected.sid,
    jti: 'j-1',
  })
})

test.each<[string, Record<string, unknown>, Partial<JWTHeaderParameters>?]>([
  ['an ID token', { nonce: 'n', events: undefined }, { typ: 'JWT' }],
  ['one with a nonce', { nonce: 'n' }],
  ['one with an empty nonce', { nonce: '' }],
  ['an access token', {}, { typ: 'at+jwt' }],
  ['no events', { events: undefined }],
  ['events that are no object', { events: [event] }],
  ['another event', { events: { 'http://schemas.openid.net/event/other': {} } }],
  ['an event that is no object', { events: { [event]: true } }],
  ['neither sub nor sid', { sub: undefined, sid: undefined }],
  ['a sid that is no text', { sid: 1 }],
  ['a sub that is no text', { sub: { x: 1 } }],
  ['an empty sub', { sub: '' }],
  ['no jti', { jti: undefined }],
  ['an empty jti', { jti: '' }],
  ['no iat', { iat: undefined }],
  ['no exp', { exp: undefined }],
  ['one that has expired', { exp: now() - 11 }],
  ['one of the future', { iat: now() + 60 }],
  ['one of long ago', { iat: now() - 700, exp: now() + 3600 }],
  ['another client', { aud: 'another' }],
  ['no audience', { aud: undefined }],
  ['an issuer that is not known', { iss: 'https://evil.example.org' }],
])('what is no good logout token is refused: %s', async (_, change, header) => {
  await expect(verify(await sign(change, header))).rejects.toMatchObject({ code: 'invalid_request' })
})

test('a signature by another key, a forbidden algorithm and a missing signature are refused', async () => {
  const [head, body] = (await sign()).split('.')
  const unsigned = `${Buffer.from('{"alg":"none","typ":"logout+jwt"}').toString('base64url')}.${body}.`
  const publicKey = new TextEncoder().encode(await exportSPKI(keys.publicKey))
  const confused = await new SignJWT(good()).setProtectedHeader({ alg: 'HS256' }).sign(publicKey)
  const otherAlg = await new SignJWT(good())
    .setProtectedHeader({ alg: 'RS512' })
    .sign(keys.privateKey)
    .catch(() => '')
  for (const token of [
    await sign({}, {}, others),
    unsigned,
    confused,
    otherAlg,
    `${head}.${body}.`,
    '',
    'x',
    'a.b.c',
  ])
    await expect(verify(token)).rejects.toMatchObject({ code: 'invalid_request' })
})

test('it can be sent again no longer than it is good', async () => {
  const at = async (change: object) => (await verify(await sign({ ...change }))).expiresAt.getTime() / 1000
  expect(await at({ exp: now() + 60 })).toBeCloseTo(now() + 70, -1)
  expect(await at({ exp: now() + 10 ** 8 })).toBeCloseTo(now() + 610, -1)
})
