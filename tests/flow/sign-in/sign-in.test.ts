import { encode } from '@auth/core/jwt'
import { Cookie } from 'tough-cookie'
import { expect } from 'vitest'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { authSecret } from '../../support/baton.ts'
import { test } from '../../support/test.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

test('one person is one user, by browser, once more by browser, and by app', async ({
  signedIn,
  phoneTokens,
  newcomer,
  baton,
  person,
}) => {
  const again = await signedIn('demo')
  const { idToken } = await phoneTokens()
  const webView = newcomer()
  await webView.redeem((await askForNonce(baton.url, idToken)).nonce)
  const ids = await Promise.all([person, again, webView].map(async (who) => (await who.session())?.user.id))
  expect(new Set(ids).size).toBe(1)
  expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/)
})

test('two people are two users', async ({ signedIn, person }) => {
  const bob = await signedIn('bob')
  expect((await bob.session())?.user.id).not.toBe((await person.session())?.user.id)
})

test('a page learns who, until when, by which provider and which session, and nothing else', async ({
  person,
  newcomer,
}) => {
  const expires = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)
  const user = {
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'Demo User',
    email: 'demo@example.org',
    image: null,
  }
  const sid = expect.stringMatching(/^[0-9a-f-]{36}$/)
  expect(await person.session()).toEqual({ user, expires, provider: 'demo', sid })
  const target = newcomer()
  await target.redeem((await person.askForNonce()).nonce)
  expect(await target.session()).toEqual({ user, expires, provider: 'demo', sid })
  expect(await newcomer().session()).toBeNull()
})

test('looking at the session does not make it live longer', async ({ person }) => {
  const [one, other] = [await person.session(), await person.session()]
  expect(one).toEqual(other)
})

test('the cookies of a sign-in have names and attributes that keep scripts and other sites out', async ({
  newcomer,
  baton,
}) => {
  const visitor = newcomer()
  await visitor.signIn()
  const kept = (await visitor.jar.getCookies(baton.url)).filter(({ key }) => key.startsWith('baton.'))
  const session = kept.filter(({ key }) => key.startsWith('baton.session'))
  expect(session.map(({ key }) => key)).toEqual(['baton.session'])
  for (const cookie of kept)
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/', hostOnly: true })
  expect(session[0]?.value.length).toBeLessThan(3900)
})

test('signing in over another session ends the other session', async ({ signedIn, newcomer, baton }) => {
  const browser = await signedIn('bob')
  const cookie = await browser.cookies()
  const child = newcomer()
  await child.redeem((await browser.askForNonce()).nonce)
  await browser.jar.removeAllCookies()
  const [pair = ''] = cookie.split('; ').filter((part) => part.startsWith('baton.session='))
  await browser.jar.setCookie(Cookie.parse(`${pair}; Path=/`) as Cookie, baton.url)
  await browser.signIn('demo')
  expect((await browser.session())?.user.name).toBe('Demo User')
  expect((await newcomer().ownPage(greeting, { headers: { cookie } })).status).toBe(401)
  expect((await child.ownPage(greeting)).status).toBe(401)
})

test('signing out ends the session for every copy of its cookie', async ({ signedIn, newcomer }) => {
  const leaver = await signedIn()
  const cookie = await leaver.cookies()
  await leaver.signOut()
  expect(await leaver.session()).toBeNull()
  expect(await leaver.cookies()).not.toContain('baton.session')
  const copy = newcomer()
  expect((await copy.ownPage(greeting, { headers: { cookie } })).status).toBe(401)
  expect(await (await copy.request('/api/auth/session', { headers: { cookie } })).json()).toBeNull()
})

test('a sign-out without the token of Auth.js ends nothing', async ({ signedIn }) => {
  const target = await signedIn()
  await target.request('/api/auth/signout', { method: 'POST', body: new URLSearchParams({ csrfToken: 'x' }) })
  expect((await target.ownPage(greeting)).status).toBe(200)
})

const sid = '5f0c9d2e-1c1f-4b3e-9a55-0d5ad4f1a111'
const ends = Math.floor(Date.now() / 1000) + 3600
const forged: [string, () => Promise<string>][] = [
  ['made up', async () => 'x'],
  [
    'of no algorithm',
    async () => `${base64('{"alg":"none"}')}.${base64(`{"sub":"a","sid":"${sid}","ends":${ends}}`)}.`,
  ],
  [
    'sealed under another secret',
    () => sealed('another secret that is long enough as well', 'baton.session'),
  ],
  ['sealed for another cookie', () => sealed(authSecret, 'baton.pkce')],
  ['sealed for a session that there never was', () => sealed(authSecret, 'baton.session')],
]

test.for(forged)('a session cookie that is %s gives no session', async ([, make], { newcomer }) => {
  const headers = { cookie: `baton.session=${await make()}` }
  const visitor = newcomer()
  expect(await (await visitor.request('/api/auth/session', { headers })).json()).toBeNull()
  expect((await visitor.ownPage(greeting, { headers })).status).toBe(401)
  expect((await visitor.ownPage('/api/nonce', { method: 'POST', headers })).status).toBe(401)
  const page = await visitor.request('/sessions', { headers })
  expect(page.status).toBe(307)
  expect(page.headers.get('location')).toBe('/sign-in?callbackUrl=/sessions')
})

test.for(['/sessions', '/sessions?a=1&b=2'])(
  '%s sends a visitor without a session to sign-in, and back',
  async (path, { newcomer, baton }) => {
    const answer = await newcomer().request(path)
    expect(answer.status).toBe(303)
    const location = new URL(answer.headers.get('location') ?? '', baton.url)
    expect(location.href).toBe(`${baton.url}/sign-in?${new URLSearchParams({ callbackUrl: path })}`)
  },
)

test('a session cookie as a bearer token gives no session', async ({ person, newcomer }) => {
  const cookie = await person.cookies()
  const [, value = ''] = /baton\.session=([^;]+)/.exec(cookie) ?? []
  const headers = { authorization: `Bearer ${value}` }
  expect((await newcomer().ownPage(greeting, { headers })).status).toBe(401)
  expect(await (await newcomer().request('/api/auth/session', { headers })).json()).toBeNull()
})

function sealed(secret: string, salt: string): Promise<string> {
  return encode({ token: { sub: sid, sid, ends, name: 'Nobody' }, secret, salt })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url')
}
