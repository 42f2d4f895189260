import { parseSetCookie } from 'cookie'
import { expect, test } from 'vitest'
import { sessionCookieName } from '#lib/callers/session-cookie.ts'
import { keepSignOutState } from '#lib/callers/sign-out-cookie.ts'
import { cookieAttributes, cookieName, surplus, withoutRepeated } from '#lib/http/cookie.ts'

const plain = { url: 'http://localhost:3000' }
const tls = { url: 'https://baton.example.org' }

test('over https a cookie has the prefix under which nobody else can set it', () => {
  expect(cookieName('baton.x', tls)).toBe('__Host-Http-baton.x')
  expect(cookieAttributes(tls)).toEqual({ httpOnly: true, secure: true, sameSite: 'lax', path: '/' })
  expect(cookieName('baton.x', plain)).toBe('baton.x')
})

test.each([
  ['a=1; baton.session=x', 'a=1; baton.session=x'],
  ['baton.session=x; a=1; a=2; baton.oidc=y', 'baton.session=x; a=1; a=2; baton.oidc=y'],
  ['baton.session=x; a=1; baton.session=y', 'a=1'],
  ['baton.session=x; baton.session=x', ''],
  ['baton.session=x;baton.session = y; baton.session.0=z', 'baton.session.0=z'],
  ['__Host-Http-baton.session=x; a=2; __Host-Http-baton.session=y', 'a=2'],
  // A cookie without a name is sent as its value alone.
  ['__Host-Http-baton.handoff.1=x; __Host-Http-baton.handoff.1', ''],
  ['b=baton.; baton.session=x', 'b=baton.; baton.session=x'],
  ['', ''],
])('of %j what counts is %j', (sent, counts) => {
  expect(withoutRepeated(sent)).toBe(counts)
})

test('of more than five cookies of a kind the oldest make way', () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  expect(surplus(names, 'f')).toEqual(['a'])
  expect(surplus([...names, 'f', 'g'], 'h')).toEqual(['a', 'b', 'c'])
  expect(surplus(names, 'c')).toEqual([])
  expect(surplus([], 'a')).toEqual([])
})

test("the session has a name of Baton's own, which no other application with Auth.js has", () => {
  expect(sessionCookieName(plain)).toBe('baton.session')
  expect(sessionCookieName(tls)).toBe('__Host-Http-baton.session')
})

test('the state of a sign-out at the provider is kept under such a name as well', () => {
  expect(parseSetCookie(keepSignOutState('s', tls))).toMatchObject({
    name: '__Host-Http-baton.sign-out',
    secure: true,
    httpOnly: true,
    path: '/',
  })
})
