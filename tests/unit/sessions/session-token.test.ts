import { expect, test } from 'vitest'
import { pageSession } from '#lib/sessions/page-session.ts'
import { encodeSession } from '#lib/sessions/session-jwe.ts'
import { freshCopy, parseSessionToken, sessionToken, withAccessToken } from '#lib/sessions/session-token.ts'

const now = Math.floor(Date.now() / 1000)
const session = {
  sid: '2b1f7f0e-6f0a-4c57-9d3e-1d5f3f6a7b8c',
  user: { id: 'u-1', name: 'Demo User', email: 'demo@example.org', image: null },
  provider: 'demo',
  expiresAt: new Date((now + 3600) * 1000 + 999),
}
const tokens = {
  accessToken: 'at',
  refreshToken: 'rt',
  idToken: 'it',
  scope: 'openid',
  expiresAt: now + 60,
  lifetime: 60,
}

test('the cookie says who and until when, and reads back as it was written', () => {
  const token = sessionToken(session)
  expect(token).toEqual({
    sub: 'u-1',
    sid: session.sid,
    provider: 'demo',
    name: 'Demo User',
    email: 'demo@example.org',
    picture: null,
    ends: now + 3600,
  })
  expect(parseSessionToken(token)).toEqual(token)
})

test.each([
  null,
  undefined,
  'text',
  {},
  { ...sessionToken(session), sid: 'no uuid' },
  { ...sessionToken(session), sid: undefined },
  { ...sessionToken(session), sub: undefined },
  { ...sessionToken(session), ends: '1' },
  { ...sessionToken(session), ends: undefined },
  { ...sessionToken(session), accessToken: { forged: true } },
  { name: 'Demo User', email: 'demo@example.org', sub: 'u-1', iat: now, exp: now + 60 },
])('what is no session of Baton is none: %j', (payload) => {
  expect(parseSessionToken(payload)).toBeUndefined()
})

test('claims that the cookie does not know are left behind', () => {
  expect(parseSessionToken({ ...sessionToken(session), admin: true, iat: 1 })).toEqual(sessionToken(session))
})

test('the copy of the access token never takes refresh or ID token along', () => {
  expect(withAccessToken(sessionToken(session), tokens)).toEqual({
    ...sessionToken(session),
    accessToken: 'at',
    accessTokenExpiresAt: now + 60,
    accessTokenLifetime: 60,
  })
})

test.each([
  ['a long access token', session, 'a'.repeat(1300)],
  [
    'a person of many words',
    { ...session, user: { ...session.user, image: 'i'.repeat(500) } },
    'a'.repeat(700),
  ],
  ['no access token', session, ''],
])('the copy is left out where the cookie would grow large by it: %s', (_, of, accessToken) => {
  expect(withAccessToken(sessionToken(of), { ...tokens, accessToken })).toEqual(sessionToken(of))
})

test('the cookie stays below half of the 4 kB that some proxies allow, whatever it holds', () => {
  const bytes = { name: 'n'.repeat(256), email: 'e'.repeat(320), image: 'i'.repeat(500) }
  for (let length = 0; length < 6000; length += 50)
    for (const user of [session.user, { id: session.user.id, ...bytes }]) {
      const content = withAccessToken(sessionToken({ ...session, user }), {
        ...tokens,
        accessToken: 'a'.repeat(length),
      })
      const value = encodeSession(content, {
        secret: 's',
        cookieName: '__Host-Http-baton.session',
        maxAge: 1,
      })
      expect(value.length).toBeLessThan(2400)
    }
})

test.each([
  ['good for a minute', now + 60, 60, 'at'],
  ['of unknown end', undefined, undefined, 'at'],
  ['about to end', now + 5, 60, undefined],
  ['of unknown life, about to end', now + 4, undefined, undefined],
  ['of unknown life, good for a while', now + 20, undefined, 'at'],
  ['past its end', now - 1, 60, undefined],
])(
  'the copy is used until it is due, not after: %s',
  (_, accessTokenExpiresAt, accessTokenLifetime, expected) => {
    const copy = { accessToken: 'at', accessTokenExpiresAt, accessTokenLifetime }
    expect(freshCopy({ ...sessionToken(session), ...copy })).toBe(expected)
  },
)

test('a cookie without a copy has none to use', () => {
  expect(freshCopy(sessionToken(session))).toBeUndefined()
})

test('what a page may know of a session has no token in it', () => {
  const page = pageSession({
    ...withAccessToken(sessionToken(session), tokens),
    error: 'RefreshTokenError',
    idToken: 'it',
  })
  expect(page).toEqual({
    user: session.user,
    expires: new Date((now + 3600) * 1000).toISOString(),
    provider: 'demo',
    sid: session.sid,
    error: 'RefreshTokenError',
  })
})

test('a page gets no session out of what is none', () => {
  expect(() => pageSession({ name: 'Demo User' })).toThrow('no session')
})
