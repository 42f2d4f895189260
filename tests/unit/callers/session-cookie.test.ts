import { decode, encode } from '@auth/core/jwt'
import { parseCookie, parseSetCookie } from 'cookie'
import { expect, test } from 'vitest'
import { displayProfile } from '#lib/accounts/person.ts'
import {
  readSessionCookie,
  sessionCookieDigest,
  sessionCookieName,
  writeSessionCookie,
} from '#lib/callers/session-cookie.ts'
import { type SessionToken, sessionToken } from '#lib/sessions/session-token.ts'

const secret = 'a secret of the tests that is long enough'
const plain = { url: 'http://localhost:3000', secrets: [secret] as const }
const tls = { url: 'https://baton.example.org', secrets: [secret] as const }
const now = Math.floor(Date.now() / 1000)
const session: SessionToken = {
  sub: '0199c0de-0000-7000-8000-000000000001',
  sid: '2b1f7f0e-6f0a-4c57-9d3e-1d5f3f6a7b8c',
  provider: 'demo',
  name: 'Demo User',
  email: 'demo@example.org',
  picture: null,
  ends: now + 3600,
}

const written = (config = plain, cookieHeader?: string, of = session) =>
  writeSessionCookie(of, cookieHeader, config).map((line) => parseSetCookie(line))
const asHeader = (cookies: { name: string; value?: string | undefined }[]) =>
  cookies.map(({ name, value }) => `${name}=${value}`).join('; ')

test("Auth.js's own code opens the cookie that Baton writes", async () => {
  const [cookie] = await written()
  const opened = await decode({ token: cookie?.value ?? '', secret, salt: 'baton.session' })
  expect(opened).toMatchObject(session)
  expect(opened?.exp).toBeLessThanOrEqual(session.ends + 1)
})

test('Baton reads what it wrote, over TLS and without', async () => {
  for (const config of [plain, tls])
    expect(await readSessionCookie(asHeader(await written(config)), config)).toMatchObject(session)
})

test('the cookie is kept from scripts, from other sites and, where there is TLS, from the wire', async () => {
  const [cookie] = await written(tls)
  expect(cookie).toMatchObject({
    name: '__Host-Http-baton.session',
    httpOnly: true,
    secure: true,
    sameSite: 'lax',
    path: '/',
  })
  expect(cookie?.domain).toBeUndefined()
  expect(await written(plain)).toMatchObject([{ name: 'baton.session', httpOnly: true, sameSite: 'lax' }])
})

test('the cookie ends with its session, and an ended one is removed', async () => {
  expect((await written(plain, undefined, { ...session, ends: now + 100 }))[0]?.maxAge).toBeLessThanOrEqual(
    100,
  )
  expect((await written(plain, undefined, { ...session, ends: now - 100 }))[0]?.maxAge).toBe(0)
})

test('the pieces of a longer cookie that stood there are removed, and nothing else', async () => {
  const before =
    'baton.session.0=a; baton.session.11=b; other=1; xbaton.session.1=c; ' +
    'baton.session.x=d; batonXsession.0=e'
  const cookies = await written(plain, before)
  const removed = cookies.filter(({ maxAge }) => maxAge === 0).map(({ name }) => name)
  expect(removed).toEqual(['baton.session.0', 'baton.session.11'])
  expect(cookies).toHaveLength(3)
})

test('a cookie in pieces, as Auth.js cuts long ones, is read whole', async () => {
  const value = await encode({
    token: { ...session, accessToken: 'a'.repeat(6000) },
    secret,
    salt: sessionCookieName(plain),
  })
  const [first, second] = [value.slice(0, 3900), value.slice(3900)]
  const read = await readSessionCookie(`baton.session.1=${second}; baton.session.0=${first}`, plain)
  expect(read?.accessToken).toHaveLength(6000)
})

test('a whole cookie beside pieces is none, as one of them is from another time', async () => {
  const [whole] = await written()
  expect(readSessionCookie(`${asHeader([whole ?? { name: '' }])}; baton.session.0=x`, plain)).toBeUndefined()
})

test('the longest profile that is kept still makes a cookie that browsers take', async () => {
  const {
    name = null,
    email = null,
    image = null,
  } = displayProfile({
    name: '語'.repeat(200),
    email: '語'.repeat(320),
    image: '語'.repeat(500),
  })
  const user = { id: session.sub, name, email, image }
  const longest = sessionToken({
    sid: session.sid,
    user,
    provider: 'a'.repeat(64),
    expiresAt: new Date(session.ends * 1000),
  })
  const [line = ''] = writeSessionCookie(longest, undefined, tls)
  const [pair = ''] = line.split(';')
  expect(pair.length).toBeLessThanOrEqual(4096)
})

test('a session of another secret, another cookie name, past its end, or not of Baton is none', async () => {
  const salt = sessionCookieName(plain)
  const token = { ...session }
  const values = [
    await encode({ token, secret: `${secret}!`, salt }),
    await encode({ token, secret, salt: sessionCookieName(tls) }),
    await encode({ token, secret, salt, maxAge: -100 }),
    await encode({ token: { ...session, sid: 'not a uuid' }, secret, salt }),
    await encode({ token: { name: 'someone' }, secret, salt }),
    Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url') +
      `.${Buffer.from(JSON.stringify(session)).toString('base64url')}.`,
  ]
  for (const value of values) expect(await readSessionCookie(`${salt}=${value}`, plain)).toBeUndefined()
})

test.each([
  undefined,
  null,
  '',
  ';',
  '=',
  '=;=;',
  'baton.session',
  'baton.session=',
  'baton.session=%',
  'baton.session=%E0%A4%A',
  'baton.session="',
  'baton.session=a.b.c.d.e',
  'baton.session.0=a; baton.session.999999999999999999999=b; baton.session.-1=c',
  'baton.session.__proto__=a; __proto__=b; constructor=c',
  'baton.session=\xff\xfe',
  `baton.session=${'a'.repeat(100_000)}`,
  'a=1; '.repeat(10_000),
])('a hostile cookie header signs nobody in and breaks nothing (%#)', async (header) => {
  expect(await readSessionCookie(header, plain)).toBeUndefined()
  const [last] = (await written(plain, header ?? undefined)).slice(-1)
  expect(await readSessionCookie(asHeader(last ? [last] : []), plain)).toMatchObject(session)
})

test('of two cookies of the name, the answer is one of them whole and never a mixture', async () => {
  const [good] = await written()
  const header = `baton.session=${good?.value}; baton.session=forged`
  expect(parseCookie(header)['baton.session']).toBe(good?.value)
  expect([undefined, session.sid]).toContain((await readSessionCookie(header, plain))?.sid)
})

test('the digest covers all that Auth.js reads a session from', async () => {
  const [good] = written()
  const value = good?.value ?? ''
  const name = 'baton.session'
  const headers = [
    `${name}=${value}`,
    `${name}=`,
    `${name}=; ${name}X=${value}`,
    `${name}X=${value}`,
    `${name}.0=${value.slice(0, 50)}; ${name}.1=${value.slice(50)}`,
    `${name}.0=${value.slice(0, 60)}; ${name}.1=${value.slice(60)}`,
    `other=1; ${name} =${value}`,
  ]
  const digests = headers.map((header) => sessionCookieDigest(header, plain))
  expect(new Set(digests).size).toBe(headers.length)
  for (const header of headers)
    if (await readSessionCookie(header, plain)) expect(sessionCookieDigest(header, plain)).toBeDefined()
})

test('other cookies beside it change nothing of its digest', () => {
  const [good] = written()
  const own = `baton.session=${good?.value}`
  const alone = sessionCookieDigest(own, plain)
  expect(alone).toBeDefined()
  expect(sessionCookieDigest(`a=1;${own};b=2`, plain)).toBe(alone)
  expect(sessionCookieDigest('a=1; b=2', plain)).toBeUndefined()
})
