import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import type { Person } from '../../support/person.ts'
import { follow, pressContinue, redirectUri, relyingParty } from '../../support/relying-party.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'
import { newVerifier } from '../../support/verifier.ts'

const test = base
  .extend('web', perFile, ({ baton }) => relyingParty(baton.url, 'web'))
  .extend('spent', ({ sql }) => async (nonce: string) => {
    const [row] = await sql<{ used: boolean }>(
      'SELECT used_at IS NOT NULL AS used FROM nonces ORDER BY created_at DESC LIMIT 1',
    )
    expect(nonce).toMatch(/^[\w-]{43}$/)
    return row?.used
  })
  .extend('handOff', ({ app }) => async (target?: string, redirectTo?: string) => {
    const { url, headers, nonce, verifier = '' } = await (await app.phone()).handOff(target, { redirectTo })
    return { url: new URL(url), headers, nonce, verifier }
  })

/** What a web view does with what its app gives it: the first load has the headers, and no other one. */
const load = (view: Person, url: URL, headers: Record<string, string>, method = 'GET') =>
  view.request(url.href, { headers, method })

test('a web view whose first load has the verifier is signed in at Baton without a question', async ({
  handOff,
  newcomer,
  spent,
  baton,
}) => {
  const { url, headers, nonce } = await handOff(undefined, '/sessions')
  const view = newcomer()
  for (const method of ['HEAD', 'GET', 'GET']) {
    const first = await load(view, url, headers, method)
    expect([first.status, first.headers.get('location')]).toEqual([303, '/handoff'])
    expect(first.headers.get('referrer-policy')).toBe('no-referrer')
    expect(first.headers.get('cache-control')).toBe('no-store')
  }
  expect(await spent(nonce)).toBe(false)
  // Some web views send it to where they are redirected as well.
  const page = await (await view.request('/handoff', { headers })).text()
  expect(page).not.toContain('Code from your app')
  expect(page).not.toContain('have just asked for this yourself')
  const { page: end, url: where } = await pressContinue(view, new URL('/handoff', baton.url), page)
  expect(where.pathname).toBe('/sessions')
  expect(end?.html).toContain('This session')
  expect(await view.session()).toMatchObject({ user: { name: 'Demo User' } })
  expect(await spent(nonce)).toBe(true)
})

test('a web application signs the web view in without a question as well', async ({
  handOff,
  newcomer,
  baton,
  spent,
  web,
}) => {
  const { url, headers, nonce } = await handOff('web', '/inbox')
  const view = newcomer()
  const first = await load(view, url, headers)
  expect(first.status).toBe(303)
  const initiation = new URL(first.headers.get('location') ?? '')
  expect(initiation.origin + initiation.pathname).toBe(redirectUri.replace('/callback', '/start'))
  expect(Object.fromEntries(initiation.searchParams)).toEqual({
    iss: `${baton.url}/oidc`,
    nonce,
    target_link_uri: `${new URL(redirectUri).origin}/inbox`,
  })
  expect(await spent(nonce)).toBe(false)

  const { url: request, checks } = await web.beginWithNonce(nonce)
  const step = await follow(view, request)
  expect(step.page?.html).toContain('Application web')
  expect(step.page?.html).not.toContain('Code from your app')
  expect(step.page?.html).not.toContain('have just asked for this yourself')
  const end = await pressContinue(view, step.url, step.page?.html ?? '')
  const { id_token = '' } = await web.finish(end.url, checks)
  expect(decodeJwt(id_token)).toMatchObject({ acr: 'urn:baton:authentication:nonce' })
  expect(await spent(nonce)).toBe(true)
})

test.for(['', 'web'])(
  'a verifier that is not the nonce’s own, in the header, looks like a nonce that is spent (%s)',
  async (target, { handOff, newcomer, spent }) => {
    const { url, nonce } = await handOff(target || undefined)
    for (const verifier of ['x'.repeat(43), 'short', `${'y'.repeat(42)} `]) {
      const answer = await load(newcomer(), url, { 'baton-handoff-verifier': verifier })
      expect(answer.status).toBe(410)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect(await spent(nonce)).toBe(false)
  },
)

test('without the header a bound nonce asks for its code, and then the application’s step asks', async ({
  handOff,
  newcomer,
  spent,
  web,
}) => {
  const { url, nonce, verifier } = await handOff('web')
  const view = newcomer()
  const page = await (await view.request(url.href)).text()
  expect(page).toContain('Application web')
  expect(page).toContain('Code from your app')
  const wrong = await view.redeem(nonce, { verifier: 'x'.repeat(43) })
  expect(wrong.status).toBe(410)
  const right = await view.redeem(nonce, { verifier })
  expect([
    right.status,
    right.headers.get('location')?.startsWith(redirectUri.replace('/callback', '/start')),
  ]).toEqual([303, true])
  expect(await spent(nonce)).toBe(false)
  expect(await view.session()).toBeNull()

  const { url: request, checks } = await web.beginWithNonce(nonce)
  const step = await follow(view, request)
  expect(step.page?.html).not.toContain('Code from your app')
  expect(step.page?.html).toContain('have just asked for this yourself')
  const end = await pressContinue(view, step.url, step.page?.html ?? '')
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})

test('the header in one browser proves nothing in another, which is asked for the code', async ({
  handOff,
  newcomer,
  web,
}) => {
  const { url, headers, nonce } = await handOff('web')
  await load(newcomer(), url, headers)
  const other = newcomer()
  const { url: request } = await web.beginWithNonce(nonce)
  const step = await follow(other, request)
  expect(step.page?.html).toContain('Code from your app')
  const end = await pressContinue(other, step.url, step.page?.html ?? '', { verifier: '' })
  expect(end.url.searchParams.get('error')).toBe('unmet_authentication_requirements')
})

test('a hand-off that is loaded again is still itself after another one in between', async ({
  handOff,
  app,
  newcomer,
}) => {
  const mine = await handOff()
  const other = await (await app.phone('bob')).handOff()
  const view = newcomer()
  await load(view, mine.url, mine.headers)
  await load(view, new URL(other.url), other.headers)
  await load(view, mine.url, mine.headers)
  const { shown } = readHandoffPage(await (await view.request('/handoff')).text())
  expect(shown).toContain('Continue as Demo User?')
})

test('a page of another site cannot send the header, as the preflight is not answered for it', async ({
  handOff,
}) => {
  const { url } = await handOff()
  const answer = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://evil.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'baton-handoff-verifier',
    },
  })
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(answer.headers.get('access-control-allow-headers')).toBeNull()
})

test('the header says nothing of a nonce that is not bound', async ({ signedIn, newcomer }) => {
  const { handoff_uri } = (await (await signedIn()).askForNonce()) as { handoff_uri: string }
  const page = await newcomer().request(handoff_uri, {
    headers: { 'baton-handoff-verifier': 'x'.repeat(43) },
  })
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('have just asked for this yourself')
})

test('a view that an application has signed in is led there again, and never signed in at Baton', async ({
  handOff,
  newcomer,
  web,
  spent,
}) => {
  const { url, headers, nonce } = await handOff('web')
  const view = newcomer()
  await load(view, url, headers)
  const { url: request, checks } = await web.beginWithNonce(nonce)
  const step = await follow(view, request)
  const end = await pressContinue(view, step.url, step.page?.html ?? '')
  const first = await web.finish(end.url, checks)
  expect(await spent(nonce)).toBe(true)
  for (const init of [{}, { headers }]) {
    const again = await view.request(url.href, init)
    expect(again.status).toBe(303)
    expect(again.headers.get('location')).toContain(`${redirectUri.replace('/callback', '/start')}?iss=`)
  }
  expect(await view.session()).toBeNull()
  const next = await web.beginWithNonce(nonce)
  const second = await web.finish((await follow(view, next.url)).url, next.checks)
  const sid = ({ id_token = '' }) => decodeJwt(id_token).sid
  expect(sid(second)).toBe(sid(first))
})

test('the nonce of an application that is not bound says nothing at Baton, spent or not', async ({
  person,
  newcomer,
  web,
}) => {
  const { nonce } = await person.askForNonce({ target: 'web' })
  const browser = newcomer()
  expect((await browser.request(`/handoff?nonce=${nonce}`)).status).toBe(410)
  const { url, checks } = await web.beginWithNonce(nonce)
  const step = await follow(browser, url)
  await web.finish((await pressContinue(browser, step.url, step.page?.html ?? '')).url, checks)
  expect((await browser.request(`/handoff?nonce=${nonce}`)).status).toBe(410)
  expect((await browser.request('/handoff')).status).toBe(410)
  expect(await browser.session()).toBeNull()
})

test('wrong verifiers of an application’s nonce count at its first step, by header and by form', async ({
  handOff,
  newcomer,
}) => {
  const { url, headers, nonce } = await handOff('web')
  const browser = newcomer()
  const press = await browser.openHandoff(nonce)
  if (press instanceof Response) throw new Error('no page')
  for (let guess = 0; guess < 5; guess++) {
    const wrong = newVerifier().verifier
    const answer = await (guess % 2
      ? press({ verifier: wrong })
      : load(newcomer(), url, { 'Baton-Handoff-Verifier': wrong }))
    expect(answer.status).toBe(410)
  }
  expect((await load(newcomer(), url, headers)).status).toBe(410)
})
