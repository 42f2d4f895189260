import { parseSetCookie } from 'cookie'
import { expect, test } from 'vitest'
import { sessionCookieName } from '#lib/callers/session-cookie.ts'
import { keepSignOutState } from '#lib/callers/sign-out-cookie.ts'
import { cookieName } from '#lib/http/cookie.ts'

const plain = { url: 'http://localhost:3000' }
const tls = { url: 'https://baton.example.org' }

test.each([
  ['/', '__Host-Http-baton.x'],
  ['/handoff', '__Secure-baton.x'],
  ['/sign-out', '__Secure-baton.x'],
])('over https a cookie of the path %s has a prefix that browsers accept with it', (path, name) => {
  expect(cookieName('baton.x', path, tls)).toBe(name)
  expect(cookieName('baton.x', path, plain)).toBe('baton.x')
})

test("the session has a name of Baton's own, which no other application with Auth.js has", () => {
  expect(sessionCookieName(plain)).toBe('baton.session')
  expect(sessionCookieName(tls)).toBe('__Host-Http-baton.session')
})

test('the state of a sign-out at the provider is kept for its own page', () => {
  expect(parseSetCookie(keepSignOutState('s', tls))).toMatchObject({
    name: '__Secure-baton.sign-out',
    secure: true,
    httpOnly: true,
    path: '/sign-out',
  })
})
