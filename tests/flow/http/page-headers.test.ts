import { expect } from 'vitest'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import type { Person } from '../../support/person.ts'
import { follow, redirectUri } from '../../support/relying-party.ts'
import { type App, test } from '../../support/test-oidc.ts'

type Given = { newcomer: () => Person; person: Person; web: App; stranger: App; baton: { url: string } }
type Page = (given: Given) => Promise<Response>

const html = { accept: 'text/html' }

/** The address of an authorization request's page. */
async function stepOf(browser: Person, app: App, more: Record<string, string> = {}): Promise<string> {
  return (await follow(browser, (await app.begin(more)).url)).url.href
}

const pages: [what: string, page: Page, elsewhere?: string][] = [
  ['home', ({ newcomer }) => newcomer().request('/')],
  ['home, signed in', ({ person }) => person.request('/')],
  ['sign-in', ({ newcomer }) => newcomer().request('/sign-in'), 'provider'],
  ['sign-out', ({ person }) => person.request('/sign-out'), 'provider'],
  ['an error of sign-in', ({ newcomer }) => newcomer().request('/error?error=Configuration')],
  ['the session', ({ person }) => person.request('/sessions')],
  ['no such page', ({ newcomer }) => newcomer().request('/none/such')],
  [
    'a hand-off',
    async ({ newcomer, person }) =>
      newcomer().request(`/handoff?nonce=${(await person.askForNonce()).nonce}`),
  ],
  ['a dead hand-off', ({ newcomer }) => newcomer().request('/handoff?nonce=none')],
  [
    'a hand-off that waits',
    async ({ newcomer, person }) =>
      newcomer().redeem((await person.askForNonce({ approval: 'source' })).nonce),
  ],
  [
    'the step of a hand-off at an application',
    async ({ newcomer, person, web }) => {
      const browser = newcomer()
      const { nonce } = await person.askForNonce({ target: 'web' })
      return browser.request((await follow(browser, (await web.beginWithNonce(nonce)).url)).url.href)
    },
    'client',
  ],
  ['consent', async ({ person, stranger }) => person.request(await stepOf(person, stranger)), 'client'],
  ['a step that is none', ({ newcomer }) => newcomer().request('/interaction/none')],
  ['an error of the OpenID Provider', ({ newcomer }) => newcomer().request('/oidc/authorize?client_id=none')],
  [
    'an answer by form_post',
    async ({ person, web }) => {
      const { url } = await web.begin({ response_mode: 'form_post' })
      return last(person, url.href)
    },
    'client',
  ],
  [
    'an error by form_post',
    async ({ newcomer, web }) => {
      const { url } = await web.begin({ response_mode: 'form_post', prompt: 'none' })
      return last(newcomer(), url.href)
    },
    'client',
  ],
  [
    'the question of a sign-out',
    ({ person }) => person.request(`/oidc/logout?client_id=web&post_logout_redirect_uri=${redirectUri}`),
    'client',
  ],
  ['a sign-out without a session', ({ newcomer }) => newcomer().request('/oidc/logout')],
  ['the end of a sign-out', ({ newcomer }) => newcomer().request('/oidc/logout/success')],
  ['the truth after a sign-out', ({ person }) => person.request('/oidc/logout/success')],
  [
    'a confirmation that nobody asked for',
    ({ newcomer }) => newcomer().request('/oidc/logout/confirm', { method: 'POST', headers: html }),
  ],
]

/** Follows redirects to the answer that leads no further. */
async function last(browser: Person, start: string): Promise<Response> {
  let answer = await browser.request(start)
  for (let hops = 0; hops < 8; hops++) {
    const location = answer.headers.get('location')
    if (!location) return answer
    answer = await browser.request(new URL(location, start).href)
  }
  throw new Error('too many redirects')
}

const directive = (policy: string, name: string) =>
  new RegExp(`(?:^|; ?)${name} ?([^;]*)`).exec(policy)?.[1]?.split(' ')

test.for(pages)(
  'the page of %s has every header of a page',
  async ([, page, elsewhere], { newcomer, person, web, stranger, baton }) => {
    const answer = await page({ newcomer, person, web, stranger, baton })
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).not.toMatch(/unsafe|[ ;]\*|[ ;]https?:(?:[ ;]|$)/)
    expect(directive(policy, 'frame-ancestors')).toEqual(["'none'"])
    expect(directive(policy, 'base-uri')).toEqual(["'none'"])
    expect(directive(policy, 'object-src')).toEqual(["'none'"])
    expect(directive(policy, 'default-src')).toEqual([expect.stringMatching(/^'(self|none)'$/)])
    const forms = directive(policy, 'form-action') ?? []
    expect(forms[0]).toBe("'self'")
    const expected = { provider: 'http://127.0.0.1:*', client: 'http://127.0.0.1:*' }
    if (elsewhere) expect(forms).toContain(expected[elsewhere as keyof typeof expected])
    else expect(forms).toEqual(["'self'"])

    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('geolocation=()'),
      'referrer-policy': expect.stringMatching(/^(same-origin|no-referrer)$/),
      'cache-control': expect.stringContaining('no-store'),
    })
    // What runs or looks on the page has the answer's own nonce or digest.
    const text = await answer.text()
    const nonces = [...policy.matchAll(/'nonce-([^']+)'/g)].map(([, nonce]) => nonce)
    for (const [tag] of text.matchAll(/<(script|style)\b[^>]*>/g)) {
      const own = nonces.some((nonce) => tag.includes(`nonce="${nonce}"`))
      expect(own || /'sha256-/.test(policy), tag).toBe(true)
    }
    expect(text).not.toMatch(/<[^>]* style="/)
  },
)

test('a form that leads to a provider is a redirect, and in a browser a page that goes there', async ({
  newcomer,
  partners,
}) => {
  const browser = newcomer()
  const body = () => new URLSearchParams({ provider: 'demo' })
  const plain = await browser.ownPage('/sign-in', { method: 'POST', body: body() })
  expect([plain.status, plain.headers.get('location')?.startsWith(partners.issuer)]).toEqual([303, true])
  const headers = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }
  const page = await browser.ownPage('/sign-in', { method: 'POST', body: body(), headers })
  expect(page.status).toBe(200)
  const [, address = ''] = /^0;url=(.*)$/.exec(page.headers.get('refresh') ?? '') ?? []
  expect(address.startsWith(`${partners.issuer}/`)).toBe(true)
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*form-action 'self'/)
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(await page.text()).toContain(`href="${address.replaceAll('&', '&amp;')}"`)
})

test('where the address has an ID token in it, the page does not have the address', async ({
  signedIn,
  partners,
}) => {
  const person = await signedIn()
  const headers = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }
  const page = await person.ownPage('/sign-out/provider', { method: 'POST', headers })
  expect(page.status).toBe(200)
  expect(page.headers.get('refresh')).toMatch(/^0;url=http.*id_token_hint=ey/)
  const text = await page.text()
  expect(text).toContain(new URL(partners.issuer).host)
  expect(text).not.toMatch(/id_token_hint|href="http/)
})

test('an address of the OpenID Provider that is none is refused like any other', async ({ baton }) => {
  for (const path of ['/oidc/none', '/oidc/LOGOUT', '/oidc/Token']) {
    const answer = await fetch(baton.url + path)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store'])
    expect(await answer.json()).toMatchObject({ error: 'not_found' })
  }
})

test('what is no page has none of it', async ({ baton }) => {
  for (const path of ['/api/health', '/oidc/jwks', '/oidc/.well-known/openid-configuration']) {
    const { headers } = await fetch(baton.url + path)
    expect(headers.get('content-security-policy')).toBeNull()
    expect(headers.get('cross-origin-opener-policy')).toBeNull()
  }
})

test('the first form of a consent page is its own', async ({ signedIn, stranger }) => {
  const person = await signedIn()
  const page = await person.request(await stepOf(person, stranger))
  expect(readHandoffPage(await page.text()).fields).toEqual({
    csrf_token: expect.stringMatching(/^[\w-]{43}$/),
  })
})
