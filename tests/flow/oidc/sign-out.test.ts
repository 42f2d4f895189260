import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import type { Person } from '../../support/person.ts'
import { follow, pressContinue, redirectUri } from '../../support/relying-party.ts'
import { errorOf, signInAt, test } from '../../support/test-oidc.ts'

test('signing out at Baton tells applications, by a logout token for their own session', async ({
  signedIn,
  heard,
  logouts,
  baton,
}) => {
  const person = await signedIn()
  const { sid, sub } = decodeJwt((await signInAt(heard, person)).id_token ?? '')
  logouts.length = 0
  await person.signOut()
  await expect.poll(() => logouts.length).toBe(1)
  const claims = decodeJwt(logouts[0] ?? '')
  expect(claims).toMatchObject({ iss: `${baton.url}/oidc`, aud: 'heard', sid, sub })
  expect(claims.events).toHaveProperty(['http://schemas.openid.net/event/backchannel-logout'])
})

test('an application that a nonce-made session did not answer hears nothing of its end', async ({
  signedIn,
  newcomer,
  web,
  heard,
  logouts,
}) => {
  const [source, browser] = [await signedIn(), newcomer()]
  const { nonce } = await source.askForNonce({ target: 'web' })
  const { url, checks } = await web.beginWithNonce(nonce)
  const page = await follow(browser, url)
  const end = await pressContinue(browser, page.url, page.page?.html ?? '')
  const { refresh_token = '' } = await web.finish(end.url, checks)
  expect(errorOf((await follow(browser, (await heard.begin({ prompt: 'none' })).url)).url)).toBe(
    'login_required',
  )
  await signInAt(heard, source)
  logouts.length = 0
  await source.signOut()
  await expect.poll(() => logouts.length).toBe(1)
  await expect(web.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
  expect(logouts).toHaveLength(1)
})

test('an application can sign its person out everywhere, after a question', async ({
  signedIn,
  heard,
  web,
  logouts,
  baton,
}) => {
  const person = await signedIn()
  await signInAt(heard, person)
  const { id_token = '', refresh_token = '' } = await signInAt(web, person)
  logouts.length = 0
  const search = new URLSearchParams({
    id_token_hint: id_token,
    post_logout_redirect_uri: redirectUri,
    state: 'here',
  })
  const page = await follow(person, `${baton.url}/oidc/logout?${search}`)
  expect(page.page?.html).toContain('Sign out?')
  expect(await person.session()).not.toBeNull()
  const end = await pressContinue(person, page.url, page.page?.html ?? '', { logout: 'yes' })
  expect(end.url.href).toBe(`${redirectUri}?state=here`)
  expect(logouts).toHaveLength(1)
  await expect.poll(() => person.session()).toBeNull()
  await expect(web.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
})

/** The page at which an application's sign-out arrives, by GET or by POST. */
async function arrive(person: Person, origin: string, form: Record<string, string>, method: string) {
  const address = `${origin}/oidc/logout`
  if (method === 'GET') return follow(person, `${address}?${new URLSearchParams(form)}`)
  return follow(person, address, {
    method,
    body: new URLSearchParams(form),
    headers: { origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' },
  })
}

test.for(['GET', 'POST'])(
  'somebody who has a session here and none at the OpenID Provider is asked, and signed out (%s)',
  async (method, { signedIn, web, baton }) => {
    const person = await signedIn()
    const form = { client_id: 'web', post_logout_redirect_uri: redirectUri, state: 'x' }
    const page = await arrive(person, baton.url, form, method)
    expect(page.page?.html).toContain('Sign out?')
    expect(await person.session()).not.toBeNull()
    const end = await pressContinue(person, page.url, page.page?.html ?? '', { logout: 'yes' })
    expect(end.url.href).toBe(`${redirectUri}?state=x`)
    expect(await person.session()).toBeNull()
    expect(await person.cookies()).not.toContain('baton.session=')
    // No sign-in of before brings the person in again.
    expect((await follow(person, (await web.begin()).url)).url.pathname).toBe('/sign-in')
  },
)

test.for(['GET', 'POST'])(
  'without any session the page says so at once (%s)',
  async (method, { newcomer, baton }) => {
    const browser = newcomer()
    const page = await arrive(browser, baton.url, {}, method)
    const end = await pressContinue(browser, page.url, page.page?.html ?? '')
    expect(end.page?.html).toContain('You are signed out')
  },
)

test('a posted sign-out with an ID token as its hint leads to the question, and back', async ({
  signedIn,
  web,
  baton,
}) => {
  const person = await signedIn()
  const { id_token = '' } = await signInAt(web, person)
  const form = { id_token_hint: id_token, post_logout_redirect_uri: redirectUri }
  const page = await arrive(person, baton.url, form, 'POST')
  expect(page.page?.html).toContain('Sign out?')
  // No token is in an address, not even in Baton's own.
  expect(page.url.searchParams.get('client_id')).toBe('web')
  expect(page.url.href).not.toContain(id_token)
  const end = await pressContinue(person, page.url, page.page?.html ?? '', { logout: 'yes' })
  expect(end.url.href.startsWith(redirectUri)).toBe(true)
  expect(await person.session()).toBeNull()
})

test.for([
  ['is no token', () => 'x'],
  ['has another signature', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
  ['is of another client', (token: string) => token, 'heard'],
] as const)(
  'a posted hint that %s is refused',
  async ([, change, client_id = 'web'], { signedIn, web, baton }) => {
    const { id_token = '' } = await signInAt(web, await signedIn())
    const body = new URLSearchParams({ id_token_hint: change(id_token), client_id })
    const answer = await fetch(`${baton.url}/oidc/logout`, { method: 'POST', body, redirect: 'manual' })
    await expectRefusal(answer, 400, 'invalid_request')
  },
)

test('the page tells the truth where a session of Baton still stands in the browser', async ({
  signedIn,
  person,
  web,
  baton,
}) => {
  const browser = await signedIn('bob')
  const { nonce } = await person.askForNonce({ target: 'web' })
  const { url, checks } = await web.beginWithNonce(nonce)
  const step = await follow(browser, url)
  await web.finish((await pressContinue(browser, step.url, step.page?.html ?? '')).url, checks)
  const page = await arrive(browser, baton.url, {}, 'GET')
  const end = await pressContinue(browser, page.url, page.page?.html ?? '', { logout: 'yes' })
  expect(end.page?.html).toContain('You are still signed in here')
  expect(end.page?.html).toContain('Bob Builder')
  expect(end.page?.html).not.toContain('You are signed out')
  await pressContinue(browser, end.url, end.page?.html ?? '')
  expect(await browser.session()).toBeNull()
  const gone = await follow(browser, `${baton.url}/oidc/logout/success`)
  expect(gone.page?.html).toContain('You are signed out')
})

test('a confirmation that another site sends signs nobody out', async ({ signedIn, baton }) => {
  const person = await signedIn()
  const page = await arrive(person, baton.url, {}, 'GET')
  const { fields } = readHandoffPage(page.page?.html ?? '')
  for (const site of ['cross-site', 'same-site']) {
    const body = new URLSearchParams({ ...fields, logout: 'yes' })
    const init = { method: 'POST', body, headers: { 'sec-fetch-site': site } }
    expect((await person.request('/oidc/logout/confirm', init)).status).toBe(403)
  }
  expect(await person.session()).not.toBeNull()
})
