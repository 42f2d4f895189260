import { expect, test } from 'vitest'
import { pageSession } from '#lib/sessions/page-session.ts'
import { accessTokenCopy, freshCopy, parseSessionToken, sessionToken } from '#lib/sessions/session-token.ts'

const now = Math.floor(Date.now() / 1000)
const session = {
  sid: '2b1f7f0e-6f0a-4c57-9d3e-1d5f3f6a7b8c',
  user: { id: 'u-1', name: 'Demo User', email: 'demo@example.org', image: null },
  provider: 'demo',
  expiresAt: new Date((now + 3600) * 1000 + 999),
}
const tokens = { accessToken: 'at', refreshToken: 'rt', idToken: 'it', scope: 'openid', expiresAt: now + 60 }

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
  expect(accessTokenCopy(tokens)).toEqual({ accessToken: 'at', accessTokenExpiresAt: now + 60 })
})

test('a long access token is not copied, as the cookie would not fit', () => {
  expect(accessTokenCopy({ ...tokens, accessToken: 'a'.repeat(1401) })).toEqual({})
  expect(accessTokenCopy({ ...tokens, accessToken: 'a'.repeat(1400) }).accessToken).toHaveLength(1400)
})

test.each([
  ['good for a minute', now + 60, 'at'],
  ['of unknown end', undefined, 'at'],
  ['about to end', now + 4, undefined],
  ['past its end', now - 1, undefined],
])('the copy is used while it is good, not after: %s', (_, accessTokenExpiresAt, expected) => {
  expect(freshCopy({ ...sessionToken(session), accessToken: 'at', accessTokenExpiresAt })).toBe(expected)
})

test('a cookie without a copy has none to use', () => {
  expect(freshCopy(sessionToken(session))).toBeUndefined()
})

test('what a page may know of a session has no token in it', () => {
  const page = pageSession({
    ...sessionToken(session),
    ...accessTokenCopy(tokens),
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
