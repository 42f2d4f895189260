import { encode } from '@auth/core/jwt'
import { expect } from 'vitest'
import { authSecret } from '../../support/baton.ts'
import type { Reply } from '../../support/clients/http-call.ts'
import { newPerson } from '../../support/person.ts'
import { perFile } from '../../support/test.ts'
import { test as base, echo } from '../../support/test-proxy.ts'

const cookieName = 'baton.session'
const greeting = '/demo/api/authenticated/greeting'

const test = base
  /** The session cookie's value. */
  .extend(
    'session',
    perFile,
    ({ proxy }) => new RegExp(`${RegExp.escape(cookieName)}=([^;]+)`).exec(proxy.cookie)?.[1] ?? '',
  )

function expectRefusal(answer: Reply, challenge: RegExp) {
  expect(answer.status).toBe(401)
  expect(answer.headers['www-authenticate']).toMatch(challenge)
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers).not.toHaveProperty('location')
  expect(answer.json()).toMatchObject({ error: 'invalid_token' })
}

const bare = /^Bearer$/
const invalid = /^Bearer .*error="invalid_token"/

test('a good session cookie is let through, so that the refusals below mean something', async ({
  proxy,
  session,
}) => {
  expect((await proxy.call(greeting)).json()).toEqual({ greeting: 'Hello, Demo User!' })
  const alone = await proxy.call(greeting, { headers: { cookie: `${cookieName}=${session}` } })
  expect(alone.status).toBe(200)
})

test.for(['GET', 'POST', 'DELETE'])(
  '%s without credentials gets a bare challenge and no redirect',
  async (method, { proxy }) => {
    for (const cookie of [undefined, '', 'other=1'])
      expectRefusal(await proxy.call(echo, { method, headers: { cookie } }), bare)
  },
)

test('a page that is opened without a session gets the same JSON and no redirect', async ({ proxy }) => {
  const headers = { cookie: undefined, accept: 'text/html', 'sec-fetch-mode': 'navigate' }
  expectRefusal(await proxy.call(echo, { headers }), bare)
})

test.for<[string, (session: string) => string]>([
  ['of no form at all', () => 'x'],
  ['that is empty', () => ''],
  ['cut short by a character', (session) => session.slice(0, -1)],
  ['cut in half', (session) => session.slice(0, session.length / 2)],
  ['with a character changed', (session) => altered(session, 0.5)],
  ['with its tag changed', (session) => altered(session, 0.995)],
  ['with its header changed', (session) => altered(session, 0.01)],
  ['without its tag', (session) => session.split('.').slice(0, 4).join('.')],
  ['that is an unsigned JWT', () => unsigned({ sub: 'x', sid: crypto.randomUUID(), ends: 9999999999 })],
])('a session cookie %s is refused as invalid', async ([, forge], { proxy, session }) => {
  const answer = await proxy.call(echo, { headers: { cookie: `${cookieName}=${forge(session)}` } })
  expectRefusal(answer, invalid)
})

test.for([
  ['under another secret', { secret: `${authSecret}!`, salt: cookieName }, {}],
  ['for another cookie', { secret: authSecret, salt: 'baton.csrf' }, {}],
  ['that has expired', { secret: authSecret, salt: cookieName }, { maxAge: -60 }],
] as const)(
  'a session cookie encrypted %s is refused as invalid',
  async ([, keys, rest], { person, proxy }) => {
    const { user, sid } = (await person.session()) ?? {}
    const token = { sub: user?.id ?? '', sid, provider: 'demo', ends: 9999999999 }
    const value = await encode({ token, ...keys, ...rest })
    expectRefusal(await proxy.call(echo, { headers: { cookie: `${cookieName}=${value}` } }), invalid)
    const good = await encode({ token, secret: authSecret, salt: cookieName })
    expect((await proxy.call(echo, { headers: { cookie: `${cookieName}=${good}` } })).status).toBe(200)
  },
)

test('a good cookie for a session that Baton does not know is refused as invalid', async ({ proxy }) => {
  const token = { sub: 'someone', sid: crypto.randomUUID(), provider: 'demo', ends: 9999999999 }
  const value = await encode({ token, secret: authSecret, salt: cookieName })
  expectRefusal(await proxy.call(echo, { headers: { cookie: `${cookieName}=${value}` } }), invalid)
})

test.for(['/api/auth/signout', '/api/auth/signout/'])(
  'after %s every copy of the cookie is refused as invalid, its good access token notwithstanding',
  async (signOut, { baton, proxy }) => {
    const leaver = newPerson(baton.url)
    await leaver.signIn()
    const cookie = await leaver.jar.getCookieString(baton.url)
    expect((await proxy.call(echo, { headers: { cookie } })).status).toBe(200)

    const { csrfToken } = (await (await leaver.request('/api/auth/csrf')).json()) as { csrfToken: string }
    await leaver.request(signOut, { method: 'POST', body: new URLSearchParams({ csrfToken }) })
    expectRefusal(await proxy.call(echo, { headers: { cookie } }), invalid)
  },
)

test.for(['Bearer unknown', 'bearer unknown', 'Bearer  two', 'Bearer a b', 'BEARER x'])(
  '`Authorization: %s` outranks a good cookie and is refused as invalid',
  async (authorization, { proxy }) => {
    expectRefusal(await proxy.call(echo, { headers: { authorization } }), invalid)
    expectRefusal(await proxy.call(echo, { headers: { authorization, cookie: undefined } }), invalid)
  },
)

test('neither the session cookie nor an access token is a bearer token of Baton', async ({
  session,
  partners,
  proxy,
}) => {
  for (const token of [session, ...partners.issuedTokens])
    expectRefusal(await proxy.call(echo, { headers: { authorization: `Bearer ${token}` } }), invalid)
})

test('a refusal tells nothing of tokens, stacks or databases', async ({ proxy, session }) => {
  const { text } = await proxy.call(echo, { headers: { cookie: `${cookieName}=${altered(session, 0.5)}` } })
  expect(Object.keys(JSON.parse(text)).sort()).toEqual(['error', 'error_description'])
  expect(text).not.toMatch(/JWE|decrypt|stack|prisma|at .*\.ts/i)
})

function altered(text: string, where: number): string {
  const at = Math.floor(text.length * where)
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}

function unsigned(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part(claims)}.`
}
