import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import type { Person } from '../../support/person.ts'
import { follow, pressContinue, relyingParty } from '../../support/relying-party.ts'
import type { Stage } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const unmet = 'unmet_authentication_requirements'

const test = base
  .extend('web', perFile, ({ baton }) => relyingParty(baton.url, 'web'))
  .extend('other', perFile, ({ baton }) => relyingParty(baton.url, 'other'))
  /** Opens the application's request with this nonce, and presses Continue where a page asks. */
  .extend(
    'handOver',
    ({ newcomer, web }) =>
      async (nonce: string, browser = newcomer(), app = web, more: Record<string, string> = {}) => {
        const { url, checks } = await app.beginWithNonce(nonce, more)
        const first = await follow(browser, url)
        const end = first.page ? await pressContinue(browser, first.url, first.page.html) : first
        return { first, end, browser, tokens: () => app.finish(end.url, checks) }
      },
  )
  .extend(
    'nonceFor',
    ({ person }) =>
      async (target: string, more = {}) =>
        (await person.askForNonce({ target, ...more })).nonce,
  )

const errorOf = (url: URL) => url.searchParams.get('error')

/** Sends the form of a step's page, and leaves the answer as it is. */
function press(browser: Person, { url, page }: Awaited<ReturnType<typeof follow>>): Promise<Response> {
  const { fields } = readHandoffPage(page?.html ?? '')
  return browser.ownPage(url.href, { method: 'POST', body: new URLSearchParams(fields) })
}

test("a nonce signs its person in at an application, with the source's amr and auth_time", async ({
  handOver,
  nonceFor,
  person,
  sql,
  baton,
  web,
}) => {
  const { first, browser, tokens } = await handOver(await nonceFor('web'))
  expect(first.page?.html).toContain('Demo User')
  expect(first.page?.html).toContain('Application web')
  const { id_token = '', ...given } = await tokens()
  const claims = decodeJwt(id_token)
  const session = await person.session()
  const [row] = await sql<{ auth_time: Date; amr: string[] }>(
    'SELECT auth_time, amr FROM sessions WHERE id = $1',
    [session?.sid],
  )
  expect(claims).toMatchObject({
    iss: `${baton.url}/oidc`,
    aud: 'web',
    sub: session?.user.id,
    acr: 'urn:baton:authentication:nonce',
    amr: row?.amr,
    auth_time: Math.floor((row?.auth_time.getTime() ?? 0) / 1000),
    name: 'Demo User',
  })
  expect(Array.isArray(claims.amr)).toBe(true)
  expect(await web.userinfo(given.access_token, claims.sub ?? '')).toMatchObject({
    sub: claims.sub,
    name: 'Demo User',
  })
  // The application has a session, and Baton's own pages in that browser have none.
  expect(await browser.session()).toBeNull()
})

test('an app hands over by its ID token to a target that its entry names, and to no other', async ({
  phoneTokens,
  baton,
  handOver,
  person,
}) => {
  const { idToken } = await phoneTokens()
  const answer = await askForNonce(baton.url, idToken, { target: 'web', redirect_to: '/a?b=1' })
  const uri = new URL(answer.handoff_uri)
  expect(uri.origin + uri.pathname).toBe('http://127.0.0.1:4999/start')
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    iss: `${baton.url}/oidc`,
    target_link_uri: 'http://127.0.0.1:4999/a?b=1',
    nonce: answer.nonce,
  })
  const { id_token = '' } = await (await handOver(answer.nonce)).tokens()
  expect(decodeJwt(id_token).sub).toBe((await person.session())?.user.id)
  for (const target of ['other', 'closed', 'unknown', 'demo-phone'])
    await expect(askForNonce(baton.url, idToken, { target })).rejects.toThrow('unauthorized_client')
})

test('looks at the page spend nothing, and a nonce works once', async ({
  nonceFor,
  web,
  newcomer,
  handOver,
}) => {
  const nonce = await nonceFor('web')
  const { url, checks } = await web.beginWithNonce(nonce)
  const browser = newcomer()
  const first = await follow(browser, url)
  for (let look = 0; look < 3; look++) expect((await browser.request(first.url.href)).status).toBe(200)
  const end = await pressContinue(browser, first.url, first.page?.html ?? '')
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
  expect(errorOf((await handOver(nonce)).first.url)).toBe(unmet)
})

test('of 20 parallel presses in 20 browsers one signs in', async ({ nonceFor, newcomer, web }) => {
  const nonce = await nonceFor('web')
  const opened = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const browser = newcomer()
      const { url } = await web.beginWithNonce(nonce)
      return { browser, first: await follow(browser, url) }
    }),
  )
  const ends = await Promise.all(
    opened.map(({ browser, first }) => pressContinue(browser, first.url, first.page?.html ?? '')),
  )
  const codes = ends.filter(({ url }) => url.searchParams.has('code'))
  expect(codes).toHaveLength(1)
  expect(ends.filter(({ url }) => errorOf(url) === unmet)).toHaveLength(19)
})

test('a reload of the page after the press does not undo it', async ({ newcomer, web, nonceFor }) => {
  const browser = newcomer()
  const { url, checks } = await web.beginWithNonce(await nonceFor('web'))
  const first = await follow(browser, url)
  expect((await press(browser, first)).status).toBe(303)
  const end = await follow(browser, first.url)
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})

test('two presses at one moment in the same browser sign in once, and neither undoes it', async ({
  newcomer,
  web,
  nonceFor,
}) => {
  const browser = newcomer()
  const { url, checks } = await web.beginWithNonce(await nonceFor('web'))
  const first = await follow(browser, url)
  await Promise.all([1, 2, 3].map(() => press(browser, first)))
  const end = await follow(browser, first.url)
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})

test('a second press in the same browser does not undo the first', async ({ newcomer, web, nonceFor }) => {
  const browser = newcomer()
  const { url, checks } = await web.beginWithNonce(await nonceFor('web'))
  const first = await follow(browser, url)
  await press(browser, first)
  const next = new URL((await press(browser, first)).headers.get('location') ?? '', first.url)
  const end = await follow(browser, next)
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})

test("a sign-in by nonce at one application leaves another application's sign-in alone", async ({
  signedIn,
  other,
  handOver,
  nonceFor,
}) => {
  const browser = await signedIn()
  const { url, checks } = await other.begin()
  const before = await other.finish((await follow(browser, url)).url, checks)
  const { tokens } = await handOver(await nonceFor('web'), browser)
  await tokens()
  expect((await other.refresh(before.refresh_token ?? '')).access_token).toBeDefined()
  expect(await browser.session()).not.toBeNull()
})

type Given = Pick<Stage, 'signedIn' | 'sql'> & { nonceFor(target: string): Promise<string>; person: Person }

test.for<[what: string, nonce: (given: Given) => Promise<string>]>([
  ['unknown', async () => 'a'.repeat(43)],
  ['malformed', async () => 'short'],
  ['for another client', ({ nonceFor }) => nonceFor('other')],
  ['for Baton itself', async ({ person }) => (await person.askForNonce()).nonce],
  [
    'expired',
    async ({ nonceFor, sql }) => {
      const nonce = await nonceFor('web')
      await sql(`UPDATE nonces SET expires_at = now() - interval '1 s' WHERE used_at IS NULL`)
      return nonce
    },
  ],
  [
    'of a session that has ended',
    async ({ signedIn }) => {
      const person = await signedIn()
      const { nonce } = await person.askForNonce({ target: 'web' })
      await person.signOut()
      return nonce
    },
  ],
])(
  'a nonce that is %s leads back with an error and no sign-in',
  async ([, nonce], { handOver, baton, nonceFor, person, signedIn, sql }) => {
    const { first } = await handOver(await nonce({ nonceFor, person, signedIn, sql }))
    expect(errorOf(first.url)).toBe(unmet)
    expect(first.url.searchParams.get('iss')).toBe(`${baton.url}/oidc`)
  },
)

test('a client that may not receive gets no hand-off, and its ordinary sign-in works', async ({
  baton,
  signedIn,
  handOver,
  nonceFor,
}) => {
  const closed = await relyingParty(baton.url, 'closed')
  const browser = await signedIn()
  const { first } = await handOver(await nonceFor('web'), browser, closed)
  expect(errorOf(first.url)).toBe(unmet)
  const { url, checks } = await closed.begin()
  expect((await closed.finish((await follow(browser, url)).url, checks)).id_token).toBeDefined()
})

test('a nonce of a client is not taken by the hand-off page of Baton itself', async ({
  newcomer,
  nonceFor,
}) => {
  const browser = newcomer()
  expect((await browser.redeem(await nonceFor('web'))).status).toBe(410)
})

test('a sign-in that is older than max_age allows is refused', async ({ nonceFor, sql, handOver, web }) => {
  const nonce = await nonceFor('web')
  const hash = [nonceHash(nonce)]
  await sql(`UPDATE nonces SET auth_time = now() - interval '1 hour' WHERE hash = $1`, hash)
  expect(errorOf((await handOver(nonce, undefined, web, { max_age: '60' })).first.url)).toBe(unmet)
  const { id_token = '' } = await (await handOver(nonce, undefined, web, { max_age: '7200' })).tokens()
  expect(decodeJwt(id_token).auth_time).toBeLessThan(Date.now() / 1000 - 3000)
})

test('the session that a nonce made answers that client alone; another one gets ordinary sign-in', async ({
  handOver,
  nonceFor,
  web,
  other,
}) => {
  const { browser, tokens } = await handOver(await nonceFor('web'))
  await tokens()
  const again = await web.begin({ prompt: 'none' })
  expect((await follow(browser, again.url)).url.searchParams.has('code')).toBe(true)
  const silent = await other.begin({ prompt: 'none' })
  expect(errorOf((await follow(browser, silent.url)).url)).toBe('login_required')
  const ordinary = await follow(browser, (await other.begin()).url)
  expect(ordinary.url.pathname).toBe('/sign-in')
})

test('another person who is signed in at the application is replaced after a question', async ({
  signedIn,
  handOver,
  nonceFor,
  person,
}) => {
  const bob = await signedIn('bob')
  const { nonce } = await bob.askForNonce({ target: 'web' })
  const { browser, tokens } = await handOver(nonce)
  await tokens()
  const { first, tokens: next } = await handOver(await nonceFor('web'), browser)
  expect(first.page?.html).toContain('Bob Builder')
  const { id_token = '' } = await next()
  expect(decodeJwt(id_token).sub).toBe((await person.session())?.user.id)
})

test('an empty login_hint_token is as if absent, and a repeated one is refused', async ({
  web,
  newcomer,
  nonceFor,
}) => {
  const { url } = await web.beginWithNonce('')
  expect((await follow(newcomer(), url)).url.pathname).toBe('/sign-in')
  const twice = (await web.beginWithNonce(await nonceFor('web'))).url
  twice.searchParams.append('login_hint_token', await nonceFor('web'))
  const end = await follow(newcomer(), twice)
  expect(errorOf(end.url)).toBe('invalid_request')
})

test('tokens end with the source: no code, no refresh, no userinfo after it has signed out', async ({
  signedIn,
  handOver,
  web,
}) => {
  const person = await signedIn()
  const { nonce } = await person.askForNonce({ target: 'web' })
  const { tokens, browser } = await handOver(nonce)
  const given = await tokens()
  const sub = decodeJwt(given.id_token ?? '').sub ?? ''
  const renewed = await web.refresh(given.refresh_token ?? '')
  await person.signOut()
  await expect(web.refresh(renewed.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(web.userinfo(renewed.access_token, sub)).rejects.toThrow()
  const silent = await web.begin({ prompt: 'none' })
  expect(errorOf((await follow(browser, silent.url)).url)).toBe('login_required')
})

test('nothing of the nonce is stored in the clear while its page is open', async ({
  nonceFor,
  web,
  newcomer,
  sql,
  baton,
}) => {
  const nonce = await nonceFor('web')
  const { url } = await web.beginWithNonce(nonce)
  await follow(newcomer(), url)
  const rows = await sql<{ row: string }>('SELECT to_jsonb(t)::text AS row FROM oidc_records t')
  expect(rows.length).toBeGreaterThan(0)
  expect(JSON.stringify(rows)).not.toContain(nonce)
  expect(baton.log()).not.toContain(nonce)
})
