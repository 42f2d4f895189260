import { BlockList } from 'node:net'
import { parseSetCookie } from 'cookie'
import { expect, test } from 'vitest'
import { askerOf } from '#lib/callers/asker.ts'
import { writeSessionCookie } from '#lib/callers/session-cookie.ts'
import type { Config } from '#lib/config/load.ts'
import { SessionCache } from '#lib/sessions/session-cache.ts'
import type { SessionToken } from '#lib/sessions/session-token.ts'

const config = {
  url: 'http://localhost:3000',
  secrets: ['a secret of the tests that is long enough'],
} as unknown as Config
const session: SessionToken = {
  sub: '0199c0de-0000-7000-8000-000000000001',
  sid: '2b1f7f0e-6f0a-4c57-9d3e-1d5f3f6a7b8c',
  provider: 'demo',
  name: 'Demo User',
  email: 'demo@example.org',
  picture: null,
  ends: Math.floor(Date.now() / 1000) + 3600,
}
const { name, value } = parseSetCookie(writeSessionCookie(session, undefined, config)[0] ?? '')
const cookie = `${name}=${value}`

const trustedProxies = new BlockList()
trustedProxies.addAddress('10.0.0.1')

function askedBy(peer: string, headers: Record<string, string> = {}, sessions = new SessionCache()) {
  const caller = { method: 'GET', target: '/', peer, header: (field: string) => headers[field] }
  return askerOf(caller, { config, sessions, trustedProxies })
}

test.each([
  ['192.0.2.1', {}, '192.0.2.1'],
  ['::ffff:192.0.2.1', {}, '192.0.2.1'],
  ['10.0.0.1', { 'x-forwarded-for': '192.0.2.7' }, '192.0.2.7'],
  ['10.0.0.1', { 'x-forwarded-for': '10.1.2.3' }, '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', {}, '2001:db8:1:2'],
  ['2001:db8:1:2::1', {}, '2001:db8:1:2'],
  ['2001:DB8:1::1', {}, '2001:db8:1:0'],
  ['2001:db8::', {}, '2001:db8:0:0'],
  ['::2', {}, '0:0:0:0'],
  ['2001:0db8:0001:0002:ffff::', { cookie: 'baton.session=of nobody' }, '2001:db8:1:2'],
])('a stranger at %s %j is an address, of IPv6 its /64: %s', async (peer, headers, expected) => {
  expect(await askedBy(peer, headers)).toEqual({ kind: 'address', name: expected })
})

test.each([
  ['127.0.0.1', {}],
  ['10.9.9.9', {}],
  ['fe80::1%eth0', {}],
  ['10.0.0.1', {}],
  ['10.9.9.9', { 'x-forwarded-for': '192.0.2.7' }],
  ['', {}],
])('%s %j may be anybody', async (peer, headers) => {
  expect(await askedBy(peer, headers)).toEqual({ kind: 'anybody', name: '' })
})

test('who has a session is a person, wherever they are, until it is known to have ended', async () => {
  const sessions = new SessionCache()
  const person = { kind: 'person', name: session.sub }
  expect(await askedBy('192.0.2.1', { cookie }, sessions)).toEqual(person)
  expect(await askedBy('127.0.0.1', { cookie }, sessions)).toEqual(person)
  await sessions.read(session.sid, async () => undefined)
  expect(await askedBy('192.0.2.1', { cookie }, sessions)).toEqual({ kind: 'address', name: '192.0.2.1' })
})
