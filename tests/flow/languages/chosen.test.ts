import { expect } from 'vitest'
import type { Person } from '../../support/person.ts'
import {
  follow,
  pressContinue,
  redirectUri,
  registration,
  relyingParty,
} from '../../support/relying-party.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('setup', perFile, {
  config: (partners) =>
    partners.config({ clients: [registration('web'), registration('third', { first_party: false })] }),
})

/** The language of a page, and which way it runs. */
async function languageOf(answer: Response | { html: string }): Promise<string> {
  const html = 'html' in answer ? answer.html : await answer.text()
  return /<html lang="([\w-]+)" dir="(?:ltr|rtl)"/.exec(html)?.[1] ?? ''
}

const accepting = (language: string) => ({ headers: { 'accept-language': language, accept: 'text/html' } })

test.for(['/', '/sign-in', '/sign-out', '/error?error=Expired', '/handoff?nonce=none', '/nothing/at/all'])(
  '%s is in the language that the browser prefers, and in English for others',
  async (path, { newcomer }) => {
    const person = newcomer()
    expect(await languageOf(await person.request(path, accepting('ja,en;q=0.5')))).toBe('ja')
    expect(await languageOf(await person.request(path, accepting('xx')))).toBe('en')
    expect(await languageOf(await person.request(path))).toBe('en')
  },
)

test('Arabic pages run from right to left', async ({ newcomer }) => {
  const html = await (await newcomer().request('/sign-in', accepting('ar-EG'))).text()
  expect(html).toContain('<html lang="ar" dir="rtl"')
})

test('a language that a person has chosen stays, goes before the browser’s, and leads back', async ({
  newcomer,
}) => {
  const person = newcomer()
  const form = new URLSearchParams({ language: 'fr', callbackUrl: '/sign-in?callbackUrl=%2Fsessions' })
  const answer = await person.ownPage('/language', { method: 'POST', body: form })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?callbackUrl=%2Fsessions'])
  const [cookie = ''] = answer.headers.getSetCookie()
  expect(cookie).toMatch(/^baton\.language=fr; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/)
  expect(await languageOf(await person.request('/sign-in', accepting('de')))).toBe('fr')
  expect(await languageOf(await person.request('/', accepting('de')))).toBe('fr')
  expect(await languageOf(await person.request('/sign-in?ui_locales=es', accepting('de')))).toBe('es')
})

test.for([
  ['a language that there is not', { language: 'xx' }, 400],
  ['no language', {}, 400],
] as const)('%s is refused, and nothing is kept', async ([, form, status], { newcomer }) => {
  const answer = await newcomer().ownPage('/language', { method: 'POST', body: new URLSearchParams(form) })
  expect(answer.status).toBe(status)
  expect(answer.headers.getSetCookie()).toEqual([])
})

test('another site cannot choose, and no choice leads to another site', async ({ newcomer }) => {
  const body = new URLSearchParams({ language: 'fr', callbackUrl: '//evil.example' })
  const forged = await newcomer().arrive('/language', body)
  expect([forged.status, forged.headers.getSetCookie()]).toEqual([403, []])
  const answer = await newcomer().ownPage('/language', { method: 'POST', body })
  expect(answer.headers.get('location')).toBe('/')
})

test('from a page that keeps its address to itself people can choose, even with an old browser', async ({
  baton,
  newcomer,
}) => {
  const body = new URLSearchParams({ language: 'fr', callbackUrl: '/device' })
  const send = (headers: Record<string, string>) =>
    newcomer().request('/language', { method: 'POST', body, headers })
  // `no-referrer` makes it `null`.
  for (const origin of ['null', baton.url])
    expect((await send({ origin })).headers.get('location')).toBe('/device')
  const answer = await send({ origin: 'https://evil.example' })
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []])
})

test('people who open the address of the choice get home', async ({ newcomer }) => {
  const answer = await newcomer().request('/language', accepting('de'))
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
})

test('the page offers each language by a form, but not where its address works once', async ({
  newcomer,
}) => {
  const person = newcomer()
  const html = await (await person.request('/sign-in?callbackUrl=%2Fsessions&ui_locales=de')).text()
  expect(html).toContain('<input type="hidden" name="callbackUrl" value="/sign-in?callbackUrl=%2Fsessions"/>')
  for (const language of ['en', 'de', 'fr', 'es', 'ja', 'ar'])
    expect(html).toMatch(new RegExp(`<button [^>]*value="${language}"[^>]*name="language"`))
  expect(await (await person.request('/handoff?nonce=none')).text()).not.toContain('action="/language"')
})

test('an authorization request names the language of its sign-in, of its consent and of its errors', async ({
  baton,
  person,
  newcomer,
}) => {
  const third = await relyingParty(baton.url, 'third')
  const { url } = await third.begin({ ui_locales: 'xx-YY ar de' })
  const signIn = await follow(newcomer(), url)
  expect(signIn.url.pathname).toBe('/sign-in')
  expect(await languageOf(signIn.page ?? { html: '' })).toBe('ar')
  const consent = await follow(person, url)
  expect(consent.url.pathname).toMatch(/^\/interaction\//)
  expect(await languageOf(consent.page ?? { html: '' })).toBe('ar')

  const wrong = new URL(url)
  wrong.searchParams.set('redirect_uri', 'https://evil.example/callback')
  expect(await languageOf(await person.request(wrong.href, { headers: { accept: 'text/html' } }))).toBe('ar')
  expect(await languageOf(await person.request('/oidc/logout?ui_locales=ja'))).toBe('ja')
})

/** What the choice of a page sends, and the page that it leads to, as Baton's own path. */
async function choose(person: Person, html: string, language: string): Promise<string> {
  const field = /action="\/language"[^>]*><input type="hidden" name="callbackUrl" value="([^"]*)"/
  const [, callbackUrl = ''] = field.exec(html) ?? []
  const body = new URLSearchParams({ language, callbackUrl: callbackUrl.replaceAll(/&(?:amp|#38);/g, '&') })
  const answer = await person.ownPage('/language', { method: 'POST', body })
  return answer.headers.get('location') ?? ''
}

test('what a person chooses on a page goes before the language of the authorization request', async ({
  baton,
  signedIn,
  newcomer,
}) => {
  const third = await relyingParty(baton.url, 'third')
  const { url } = await third.begin({ ui_locales: 'ar' })
  for (const person of [await signedIn(), newcomer()]) {
    const { url: address, page } = await follow(person, url)
    const chosen = await choose(person, page?.html ?? '', 'fr')
    expect(chosen.startsWith(address.pathname)).toBe(true)
    const french = await (await person.request(chosen, accepting('de'))).text()
    expect(await languageOf({ html: french })).toBe('fr')
    const again = await (await person.request(await choose(person, french, 'ja'))).text()
    expect(await languageOf({ html: again })).toBe('ja')
    // Elsewhere, it is what the person has chosen.
    expect(await languageOf(await person.request('/', accepting('de')))).toBe('ja')
  }
})

test('an authorization request in no language of Baton’s leaves the choice to the person', async ({
  baton,
  signedIn,
  newcomer,
}) => {
  const third = await relyingParty(baton.url, 'third')
  const { url } = await third.begin({ ui_locales: 'xx-YY' })
  for (const person of [await signedIn(), newcomer()]) {
    await person.ownPage('/language', { method: 'POST', body: new URLSearchParams({ language: 'fr' }) })
    const { page } = await follow(person, url)
    expect(await languageOf(page ?? { html: '' })).toBe('fr')
    const chosen = await choose(person, page?.html ?? '', 'es')
    expect(new URL(chosen, baton.url).searchParams.has('ui_locales')).toBe(false)
    expect(await languageOf(await person.request(chosen, accepting('de')))).toBe('es')
  }
})

test('so does it for a sign-in that failed on the way', async ({ baton, newcomer }) => {
  const { url } = await (await relyingParty(baton.url, 'third')).begin({ ui_locales: 'ja' })
  const person = newcomer()
  const signIn = await follow(person, url)
  const query = new URLSearchParams({ error: 'Expired', callbackUrl: '/' })
  expect(await languageOf(await person.request(`/error?${query}`))).toBe('en')
  query.set('callbackUrl', signIn.url.searchParams.get('callbackUrl') ?? '')
  expect(await languageOf(await person.request(`/error?${query}`))).toBe('ja')
})

test('a sign-out is in the language of its request to its end', async ({ baton, signedIn }) => {
  const person = await signedIn()
  const asked = await follow(person, `${baton.url}/oidc/logout?ui_locales=ja`)
  const end = await pressContinue(person, asked.url, asked.page?.html ?? '', { logout: 'yes' })
  expect(end.url.pathname).toBe('/oidc/logout/success')
  expect(await languageOf(end.page ?? { html: '' })).toBe('ja')
  expect(await person.session()).toBeNull()
})

test('pages of the OpenID Provider at any of its addresses are in the language of the browser', async ({
  newcomer,
}) => {
  for (const path of ['/oidc/logout/success', '/oidc/authorize/nothing'])
    expect(await languageOf(await newcomer().request(path, accepting('fr')))).toBe('fr')
})

test('they offer the choice as well, but not where their address holds what is secret', async ({
  signedIn,
}) => {
  const person = await signedIn()
  for (const path of ['/oidc/logout?ui_locales=fr', '/oidc/logout/success?ui_locales=fr']) {
    const chosen = await choose(person, await (await person.request(path, accepting('de'))).text(), 'ja')
    expect(chosen).toBe(path.replace('?ui_locales=fr', ''))
    expect(await languageOf(await person.request(chosen, accepting('de')))).toBe('ja')
  }
  for (const secret of ['id_token_hint', 'state', 'nonce', 'login_hint_token']) {
    const html = await (await person.request(`/oidc/logout?${secret}=x`, accepting('de'))).text()
    expect(html).toContain('<html lang="ja"')
    expect(html).not.toContain('action="/language"')
  }
  expect(await (await person.request('/oidc/authorize/x', accepting('de'))).text()).not.toContain(
    'action="/language"',
  )
})

test('ui_locales that is no list of tags is passed over', async ({ baton, person }) => {
  const third = await relyingParty(baton.url, 'third')
  const { url } = await third.begin({ ui_locales: '<script> %00 ' })
  const { page } = await follow(person, url)
  expect(page?.status).toBe(200)
  expect(await languageOf(page ?? { html: '' })).toBe('en')
})

test('the metadata lists the languages', async ({ baton }) => {
  const web = await relyingParty(baton.url, 'web')
  expect(web.config.serverMetadata().ui_locales_supported).toEqual(['en', 'de', 'fr', 'es', 'ja', 'ar'])
})

test('errors of APIs stay English', async ({ newcomer }) => {
  const answer = await newcomer().request('/api/nothing', { headers: { 'accept-language': 'de' } })
  expect(await answer.json()).toMatchObject({ error_description: 'there is nothing at this address' })
  const page = await newcomer().request('/handoff?nonce=a&nonce=b', accepting('de'))
  expect(await page.text()).toContain('<p lang="en" dir="ltr"')
})

test('redirects to the application are as before', async ({ baton, person }) => {
  const web = await relyingParty(baton.url, 'web')
  const { url, checks } = await web.begin({ ui_locales: 'de' })
  const arrived = await follow(person, url)
  expect(arrived.url.href.startsWith(redirectUri)).toBe(true)
  expect((await web.finish(arrived.url, checks)).claims()?.sub).toBeTypeOf('string')
})
