import { encode } from '@auth/core/jwt'
import { Cookie } from 'tough-cookie'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nonceFor } from '../../support/app.ts'
import { authSecret } from '../../support/baton.ts'
import type { Person } from '../../support/person.ts'
import { signInAsPhone } from '../../support/sign-in-as-phone.ts'
import { type Stage, startStage } from '../../support/stage.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

let stage: Stage
let person: Person

beforeAll(async () => {
  stage = await startStage()
  person = await stage.signedIn('demo')
})

afterAll(() => stage?.close())

test('one person is one user, by browser, once more by browser, and by app', async () => {
  const again = await stage.signedIn('demo')
  const phone = { identityProviderUrl: stage.partners.issuer, user: 'demo', password: 'demo' }
  const { idToken } = await signInAsPhone(phone)
  const webView = stage.newcomer()
  await webView.redeem(await nonceFor(stage.baton.url, idToken))
  const ids = await Promise.all([person, again, webView].map(async (who) => (await who.session())?.user.id))
  expect(new Set(ids).size).toBe(1)
  expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/)
})

test('two people are two users', async () => {
  const bob = await stage.signedIn('bob')
  expect((await bob.session())?.user.id).not.toBe((await person.session())?.user.id)
})

test('a page learns who, until when, by which provider and which session, and nothing else', async () => {
  const expires = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)
  const user = {
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'Demo User',
    email: 'demo@example.org',
    image: null,
  }
  const sid = expect.stringMatching(/^[0-9a-f-]{36}$/)
  expect(await person.session()).toEqual({ user, expires, provider: 'demo', sid })
  const target = stage.newcomer()
  await target.redeem((await person.askForNonce()).nonce)
  expect(await target.session()).toEqual({ user, expires, provider: 'demo', sid })
  expect(await stage.newcomer().session()).toBeNull()
})

test('looking at the session does not make it live longer', async () => {
  const [one, other] = [await person.session(), await person.session()]
  expect(one).toEqual(other)
})

test('the cookies of a sign-in have names and attributes that keep scripts and other sites out', async () => {
  const visitor = stage.newcomer()
  await visitor.signIn()
  const kept = (await visitor.jar.getCookies(stage.baton.url)).filter(({ key }) => /authjs/.test(key))
  const session = kept.filter(({ key }) => key.includes('session-token'))
  expect(session.map(({ key }) => key)).toEqual(['authjs.session-token'])
  for (const cookie of kept)
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/', hostOnly: true })
  expect(session[0]?.value.length).toBeLessThan(3900)
})

test('signing in over another session ends that one', async () => {
  const browser = await stage.signedIn('bob')
  const cookie = await browser.cookies()
  const child = stage.newcomer()
  await child.redeem((await browser.askForNonce()).nonce)
  await browser.jar.removeAllCookies()
  const [pair = ''] = cookie.split('; ').filter((part) => part.startsWith('authjs.session-token='))
  await browser.jar.setCookie(Cookie.parse(`${pair}; Path=/`) as Cookie, stage.baton.url)
  await browser.signIn('demo')
  expect((await browser.session())?.user.name).toBe('Demo User')
  expect((await stage.newcomer().ownPage(greeting, { headers: { cookie } })).status).toBe(401)
  expect((await child.ownPage(greeting)).status).toBe(401)
})

test('signing out ends the session for every copy of its cookie', async () => {
  const leaver = await stage.signedIn()
  const cookie = await leaver.cookies()
  await leaver.signOut()
  expect(await leaver.session()).toBeNull()
  expect(await leaver.cookies()).not.toContain('session-token')
  const copy = stage.newcomer()
  expect((await copy.ownPage(greeting, { headers: { cookie } })).status).toBe(401)
  expect(await (await copy.request('/api/auth/session', { headers: { cookie } })).json()).toBeNull()
})

test('a sign-out without the token of Auth.js ends nothing', async () => {
  const target = await stage.signedIn()
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
    () => sealed('another secret that is long enough as well', 'authjs.session-token'),
  ],
  ['sealed for another cookie', () => sealed(authSecret, 'authjs.pkce.code_verifier')],
  ['sealed for a session that there never was', () => sealed(authSecret, 'authjs.session-token')],
]

test.each(forged)('a session cookie that is %s is nobody', async (_, make) => {
  const headers = { cookie: `authjs.session-token=${await make()}` }
  const visitor = stage.newcomer()
  expect(await (await visitor.request('/api/auth/session', { headers })).json()).toBeNull()
  expect((await visitor.ownPage(greeting, { headers })).status).toBe(401)
  expect((await visitor.ownPage('/api/nonce', { method: 'POST', headers })).status).toBe(401)
  const page = await visitor.request('/session', { headers })
  expect(page.status).toBe(307)
  expect(page.headers.get('location')).toBe('/sign-in?callbackUrl=/session')
})

test.each(['/session', '/session?a=1&b=2'])(
  '%s sends someone who is not signed in to sign-in, and back',
  async (path) => {
    const answer = await stage.newcomer().request(path)
    expect(answer.status).toBe(303)
    const location = new URL(answer.headers.get('location') ?? '', stage.baton.url)
    expect(location.href).toBe(`${stage.baton.url}/sign-in?${new URLSearchParams({ callbackUrl: path })}`)
  },
)

test('a session cookie as a bearer token is nobody', async () => {
  const cookie = await person.cookies()
  const [, value = ''] = /authjs\.session-token=([^;]+)/.exec(cookie) ?? []
  const headers = { authorization: `Bearer ${value}` }
  expect((await stage.newcomer().ownPage(greeting, { headers })).status).toBe(401)
  expect(await (await stage.newcomer().request('/api/auth/session', { headers })).json()).toBeNull()
})

function sealed(secret: string, salt: string): Promise<string> {
  return encode({ token: { sub: sid, sid, ends, name: 'Nobody' }, secret, salt })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url')
}
