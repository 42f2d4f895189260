import { parseSetCookie } from 'cookie'
import { expect, test } from 'vitest'
import { authjsCookies } from '#lib/callers/authjs-cookies.ts'
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

test("Auth.js's cookies have names of Baton's own, and what `__Host-Http-` requires", () => {
  const names = ({ url }: typeof plain) => Object.values(authjsCookies({ url })).map(({ name }) => name)
  expect(names(plain)).toEqual([
    'baton.session',
    'baton.callback-url',
    'baton.csrf',
    'baton.pkce',
    'baton.state',
    'baton.nonce',
  ])
  expect(names(tls)).toEqual(names(plain).map((name) => `__Host-Http-${name}`))
  for (const { options } of Object.values(authjsCookies(tls)))
    expect(options).toEqual({ httpOnly: true, secure: true, sameSite: 'lax', path: '/' })
  for (const config of [plain, tls])
    expect(authjsCookies(config).sessionToken.name).toBe(sessionCookieName(config))
})

test('the state of a sign-out at the provider is kept for its own page', () => {
  expect(parseSetCookie(keepSignOutState('s', tls))).toMatchObject({
    name: '__Secure-baton.sign-out',
    secure: true,
    httpOnly: true,
    path: '/sign-out',
  })
})
