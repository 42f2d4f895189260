import { expect } from 'vitest'
import { fillInSignIn } from '../../../demo/phone/sign-in-form.ts'
import type { Person } from '../../support/person.ts'
import { follow, registration, relyingParty } from '../../support/relying-party.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('setup', perFile, {
    config: (partners) =>
      partners.config({ autoSignIn: true, limits: { signIns: false }, clients: [registration('client')] }),
  } satisfies Setup)
  /** Whether a browser that goes there goes on to the provider. */
  .extend('goesStraight', perFile, ({ partners }) => async (answer: Response | Promise<Response>) => {
    const { status, headers } = await answer
    const isThere = headers.get('location')?.startsWith(partners.issuer) ?? false
    expect(status).toBe(isThere ? 303 : 200)
    return isThere
  })

const navigation = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }

test('with one provider the sign-in page is left out, and the person ends where they wanted to', async ({
  newcomer,
  partners,
}) => {
  const person = newcomer()
  const answer = await person.request('/sign-in?callbackUrl=/sessions')
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([303, 'no-store'])
  const provider = new URL(answer.headers.get('location') ?? '')
  expect(provider.origin).toBe(partners.issuer)
  expect(Object.fromEntries(provider.searchParams)).toMatchObject({
    client_id: 'baton',
    code_challenge_method: 'S256',
    state: expect.stringMatching(/./),
  })
  expect(answer.headers.getSetCookie().join()).toContain('baton.straight=gone; Max-Age=60')

  const { url, page } = await follow(person, provider)
  const filled = fillInSignIn(
    { url, status: 200, html: page?.html ?? '' },
    { user: 'demo', password: 'demo' },
  )
  const end = await follow(person, filled?.action ?? '', { method: 'POST', body: filled?.fields ?? null })
  expect([end.url.pathname, end.page?.status]).toEqual(['/sessions', 200])
})

test('a browser that loads a page gets one that goes there, as what led to it may be a form', async ({
  newcomer,
  partners,
}) => {
  const answer = await newcomer().request('/sign-in', { headers: navigation })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('refresh')?.startsWith(`0;url=${partners.issuer}/`)).toBe(true)
})

test('the home page goes there too, but for who comes from a page of Baton', async ({ newcomer }) => {
  for (const site of ['none', 'cross-site']) {
    const answer = await newcomer().request('/', { headers: { 'sec-fetch-site': site } })
    expect([answer.status, answer.headers.get('location')]).toEqual([307, '/sign-in'])
  }
  const inside = await newcomer().request('/', { headers: { 'sec-fetch-site': 'same-origin' } })
  expect([inside.status, await inside.text()]).toEqual([200, expect.stringContaining('href="/sign-in"')])
})

test('after a failure the page is shown, with what went wrong', async ({ newcomer, goesStraight }) => {
  const answer = await newcomer().request('/sign-in?error=Configuration')
  expect(await goesStraight(answer.clone())).toBe(false)
  expect(await answer.text()).toContain('Continue with')
  expect(await goesStraight(newcomer().request('/error?error=AccessDenied'))).toBe(false)
})

const form = (fields: Record<string, string> = {}) => ({
  method: 'POST',
  body: new URLSearchParams(fields),
})

/** The ways in which a person ends the session of the browser that they use. */
const endings: [string, (person: Person) => Promise<Response>][] = [
  ['a sign-out', (person) => person.ownPage('/sign-out', form())],
  ['a sign-out everywhere', (person) => person.ownPage('/sign-out', form({ everywhere: '1' }))],
  ['a sign-out at the provider', (person) => person.ownPage('/sign-out/provider', form())],
  ['the end of all sessions', (person) => person.ownPage('/sessions', form({ end: 'all' }))],
  [
    'the end of this session',
    async (person) => person.ownPage('/sessions', form({ end: (await person.session())?.sid ?? '' })),
  ],
  [
    'the end of this session by a script',
    async (person) => person.ownPage(`/api/sessions/${(await person.session())?.sid}`, { method: 'DELETE' }),
  ],
  [
    "a sign-out of Auth.js's",
    async (person) => {
      const { csrfToken } = (await (await person.request('/api/auth/csrf')).json()) as { csrfToken: string }
      return person.ownPage('/api/auth/signout', form({ csrfToken }))
    },
  ],
  ['a sign-out that an application asks for', signOutByApplication],
]

/** Presses the button of the page to which an application leads that signs out. */
async function signOutByApplication(person: Person): Promise<Response> {
  const html = await (await person.request('/oidc/logout')).text()
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
  return person.ownPage('/oidc/logout/confirm', form({ xsrf, logout: 'yes' }))
}

const mark = /baton\.straight=ended; Max-Age=34560000/

test.for(endings)('%s stays one, until somebody signs in', async ([, end], { signedIn, goesStraight }) => {
  const person = await signedIn()
  const answer = await end(person)
  expect(answer.status).toBeLessThan(400)
  expect(answer.headers.getSetCookie().join()).toMatch(mark)
  expect(await person.session()).toBeNull()
  // The page that says so, the first page, one of the person's own, and an application.
  expect(await goesStraight(person.request('/sign-out'))).toBe(false)
  const home = await person.request('/', { headers: { 'sec-fetch-site': 'none' } })
  expect(home.headers.get('location')).toBe('/sign-in')
  for (const path of ['/sign-in', '/sign-in?callbackUrl=/sessions', '/sign-in?callbackUrl=/interaction/x'])
    expect(await goesStraight(person.request(path, { headers: navigation }))).toBe(false)

  await person.signIn()
  expect(await person.cookies()).not.toContain('baton.straight=ended')
})

test('who signs out by an application where nobody is signed in any more sees the page too', async ({
  newcomer,
  goesStraight,
}) => {
  const person = newcomer()
  expect((await signOutByApplication(person)).headers.getSetCookie().join()).toMatch(mark)
  expect(await goesStraight(person.request('/sign-in', { headers: navigation }))).toBe(false)
})

test('an application that asks after a sign-out gets nobody signed in without a press', async ({
  signedIn,
  baton,
  goesStraight,
}) => {
  const person = await signedIn()
  await person.ownPage('/sign-out', form())
  const { url } = await (await relyingParty(baton.url, 'client')).begin()
  const { url: page } = await follow(person, url)
  expect(page.pathname).toBe('/sign-in')
  expect(await goesStraight(person.request(page.pathname + page.search))).toBe(false)
})

test('a browser whose session others have ended sees the page, and goes on to see it', async ({
  signedIn,
  goesStraight,
}) => {
  const person = await signedIn()
  const elsewhere = await signedIn()
  await elsewhere.ownPage('/sign-out', form({ everywhere: '1' }))
  // Its tab reloads by itself.
  const reloaded = await person.ownPage('/sessions')
  expect(reloaded.headers.get('location')).toBe('/sign-in?callbackUrl=/sessions')
  const answer = await person.ownPage('/sign-in?callbackUrl=/sessions', { headers: navigation })
  expect(answer.headers.getSetCookie().join()).toMatch(mark)
  expect(await goesStraight(answer)).toBe(false)
  // Its cookie goes some day. The mark stays.
  await person.request('/api/auth/session')
  expect(await person.cookies()).not.toContain('baton.session')
  expect(await goesStraight(person.request('/sign-in', { headers: navigation }))).toBe(false)
})

test('a session cookie that cannot be opened is one of a session that has ended', async ({
  newcomer,
  goesStraight,
}) => {
  for (const name of ['baton.session', 'baton.session.0']) {
    const answer = await newcomer().request('/sign-in', { headers: { cookie: `${name}=unreadable` } })
    expect(answer.headers.getSetCookie().join()).toMatch(mark)
    expect(await goesStraight(answer)).toBe(false)
  }
})

test('a script that learns that the session has ended leaves the mark as well', async ({
  signedIn,
  goesStraight,
}) => {
  const person = await signedIn()
  await (await signedIn()).ownPage('/sign-out', form({ everywhere: '1' }))
  expect(await person.session()).toBeNull()
  expect(await person.cookies()).toContain('baton.straight=ended')
  expect(await goesStraight(person.request('/sign-in'))).toBe(false)
})

test('who sees the page stays there: by a reload, and by another language', async ({
  newcomer,
  goesStraight,
}) => {
  const person = newcomer()
  const answer = await person.request('/sign-in?error=AccessDenied', { headers: navigation })
  // No pause that passes: it lives until the browser closes.
  expect(answer.headers.getSetCookie().find((cookie) => cookie.startsWith('baton.straight='))).toBe(
    'baton.straight=shown; Path=/; HttpOnly; SameSite=Lax',
  )
  expect(await goesStraight(person.request('/sign-in', { headers: navigation }))).toBe(false)
  const chosen = await person.ownPage('/language', form({ language: 'de', callbackUrl: '/sign-in' }))
  expect(chosen.headers.get('location')).toBe('/sign-in')
  const again = await person.ownPage('/sign-in', { headers: navigation })
  expect([again.status, await again.clone().text()]).toEqual([200, expect.stringContaining('lang="de"')])
  expect(await goesStraight(again)).toBe(false)
})

test('what a page shows does not take away that a session has ended here', async ({ signedIn }) => {
  const person = await signedIn()
  await person.ownPage('/sign-out', form())
  await person.request('/sign-in', { headers: navigation })
  expect(await person.cookies()).toContain('baton.straight=ended')
})

test('who has never signed in goes straight by the link of the home page, and from a page of theirs', async ({
  newcomer,
  goesStraight,
}) => {
  expect(await goesStraight(newcomer().ownPage('/sign-in'))).toBe(true)
  const person = newcomer()
  const answer = await person.request('/sessions')
  expect(await goesStraight(person.request(answer.headers.get('location') ?? ''))).toBe(true)
})

test('who is signed in is asked whether to go on as they are, unless an application asks again', async ({
  signedIn,
  goesStraight,
}) => {
  const person = await signedIn()
  const answer = await person.request('/sign-in?callbackUrl=/sessions')
  expect(await goesStraight(answer.clone())).toBe(false)
  expect(await answer.text()).toContain('Demo User')
  const again = await person.request('/sign-in?again=1')
  expect(await goesStraight(again)).toBe(true)
  expect(new URL(again.headers.get('location') ?? '').searchParams.get('prompt')).toBe('login')
})

test('who comes back without a session sees the page: it never goes round', async ({
  newcomer,
  goesStraight,
}) => {
  const person = newcomer()
  const answers: boolean[] = []
  for (let count = 0; count < 3; count++) answers.push(await goesStraight(person.request('/sign-in')))
  expect(answers).toEqual([true, false, false])
})

test.for<[string, RequestInit]>([
  ['a prefetch', { headers: { ...navigation, 'sec-purpose': 'prefetch' } }],
  ['an old prefetch', { headers: { purpose: 'prefetch' } }],
  ['a picture', { headers: { 'sec-fetch-dest': 'image' } }],
  ['a frame', { headers: { 'sec-fetch-dest': 'iframe' } }],
  ['HEAD', { method: 'HEAD' }],
])('%s begins no sign-in', async ([, init], { newcomer }) => {
  const answer = await newcomer().request('/sign-in', init)
  expect([answer.status, answer.headers.get('refresh')]).toEqual([200, null])
  // What keeps a begun sign-in is in a cookie.
  expect(answer.headers.getSetCookie()).toEqual([])
})

const several = base.extend('setup', perFile, {
  config: (partners) => {
    const { providers, ...rest } = partners.config({ autoSignIn: true }) as { providers: object[] }
    return { ...rest, providers: [...providers, { ...providers[0], id: 'second', name: 'Second' }] }
  },
} satisfies Setup)

several('with two providers people choose one', async ({ newcomer }) => {
  const page = await newcomer().request('/sign-in')
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Second')])
  expect((await newcomer().request('/')).status).toBe(200)
})
