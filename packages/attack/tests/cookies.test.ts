import { expect, test } from 'vitest'
import { cookieJar, givesSession } from '../src/people/cookies.ts'

const baton = new URL('https://baton.example.org/handoff')

test('a jar sends what was set for that host, until it is removed', () => {
  const jar = cookieJar()
  jar.take('a=1; Path=/; HttpOnly', baton)
  jar.take('b=2', baton)
  jar.take('c=3', new URL('https://login.example.org'))
  expect(jar.header(baton)).toBe('a=1; b=2')
  jar.take('a=; Max-Age=0', baton)
  jar.take('b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT', baton)
  expect(jar.header(baton)).toBe('')
})

test.each([
  ['baton.session=x; Path=/', true],
  ['__Host-Http-baton.session.0=x; Path=/', true],
  ['baton.session=; Max-Age=0', false],
  ['baton.state=x', false],
])('%s gives a session: %s', (header, gives) => {
  expect(givesSession(header)).toBe(gives)
})
