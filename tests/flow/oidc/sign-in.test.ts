import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect } from 'vitest'
import { follow, pressContinue } from '../../support/relying-party.ts'
import { errorOf, signInAt, test } from '../../support/test-oidc.ts'

test('metadata are at the issuer and, for an issuer with a path, at the root', async ({ baton }) => {
  const issuer = `${baton.url}/oidc`
  for (const path of [
    '/oidc/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/oidc',
  ]) {
    const metadata = await (await fetch(baton.url + path)).json()
    expect(metadata).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      introspection_endpoint: `${issuer}/introspect`,
      revocation_endpoint: `${issuer}/revoke`,
      end_session_endpoint: `${issuer}/logout`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      subject_types_supported: ['public'],
      authorization_response_iss_parameter_supported: true,
    })
  }
})

test('a person who is signed in at Baton is signed in at an application without a page', async ({
  signedIn,
  web,
  baton,
}) => {
  const person = await signedIn()
  const tokens = await signInAt(web, person)
  const claims = decodeJwt(tokens.id_token ?? '')
  expect(claims).toMatchObject({ sub: (await person.session())?.user.id, name: 'Demo User', aud: 'web' })
  expect(claims.acr).toBeUndefined()
  const keys = createLocalJWKSet((await (await fetch(`${baton.url}/oidc/jwks`)).json()) as JSONWebKeySet)
  await jwtVerify(tokens.id_token ?? '', keys, { issuer: `${baton.url}/oidc`, audience: 'web' })
})

test('a visitor without a session goes to ordinary sign-in and comes back', async ({
  newcomer,
  web,
  baton,
}) => {
  const browser = newcomer()
  const { url, checks } = await web.begin()
  const page = await follow(browser, url)
  expect(page.url.pathname).toBe('/sign-in')
  const back = page.url.searchParams.get('callbackUrl') ?? ''
  expect(back).toMatch(/^\/interaction\//)
  expect(page.page?.html).toContain('to continue to <bdi>Application web</bdi>')
  await browser.signIn()
  const end = await follow(browser, baton.url + back)
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})

test('the sign-in page names the application of a step that waits, and of no other address', async ({
  newcomer,
  web,
  baton,
  sql,
}) => {
  const browser = newcomer()
  const back = (await follow(browser, (await web.begin()).url)).url.searchParams.get('callbackUrl') ?? ''
  const seenAt = async (callbackUrl: string) =>
    (await browser.request(`/sign-in?${new URLSearchParams({ callbackUrl })}`)).text()
  const named = 'to continue to <bdi>Application web</bdi>'
  for (const address of [back, `${baton.url}${back}`, `${back}?client_name=Evil`])
    expect(await seenAt(address)).toContain(named)
  const elsewhere = [
    '/interaction/unknown?client_id=web',
    `/interaction/${'x'.repeat(43)}`,
    `${back}x`,
    `/elsewhere${back}`,
    `https://evil.example${back}`,
    '/?client_name=Evil',
  ]
  for (const address of elsewhere) expect(await seenAt(address)).not.toContain('to continue to')
  await sql(`UPDATE oidc_records SET expires_at = now() - interval '1 second' WHERE model = 'Interaction'`)
  expect(await seenAt(back)).not.toContain('to continue to')
})

test('prompt=login and an exceeded max_age ask upstream again in spite of a session', async ({
  signedIn,
  sql,
  web,
  baton,
}) => {
  const person = await signedIn()
  await sql(
    `UPDATE sessions SET auth_time = now() - interval '1 hour', created_at = now() - interval '1 hour'
     WHERE id = $1`,
    [(await person.session())?.sid],
  )
  for (const parameters of [{ prompt: 'login' }, { max_age: '60' }] as Record<string, string>[]) {
    const { url } = await web.begin(parameters)
    const page = await follow(person, url)
    expect(page.url.pathname).toBe('/sign-in')
    expect(page.url.searchParams.get('again')).toBe('1')
    const back = page.url.searchParams.get('callbackUrl') ?? ''
    // Coming back without having signed in changes nothing.
    expect((await follow(person, baton.url + back)).url.pathname).toBe('/sign-in')
  }
  const { url, checks } = await web.begin({ prompt: 'login' })
  const page = await follow(person, url)
  await person.signIn()
  const end = await follow(person, baton.url + (page.url.searchParams.get('callbackUrl') ?? ''))
  const claims = decodeJwt((await web.finish(end.url, checks)).id_token ?? '')
  expect(claims.auth_time).toBeGreaterThan(Date.now() / 1000 - 60)
})

test('a person who is signed in at an application can be asked to sign in again there', async ({
  signedIn,
  web,
  baton,
}) => {
  const person = await signedIn()
  await signInAt(web, person)
  const { url, checks } = await web.begin({ prompt: 'login' })
  const page = await follow(person, url)
  expect(page.url.pathname).toBe('/sign-in')
  await person.signIn()
  const end = await follow(person, baton.url + (page.url.searchParams.get('callbackUrl') ?? ''))
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})

test('an id_token_hint signs in the person it names and no other', async ({ signedIn, web }) => {
  const person = await signedIn()
  const { id_token = '' } = await signInAt(web, person)
  const elsewhere = await signedIn()
  expect((await signInAt(web, elsewhere, { id_token_hint: id_token })).id_token).toBeDefined()
  const bob = await signedIn('bob')
  const page = await follow(bob, (await web.begin({ id_token_hint: id_token })).url)
  expect(page.url.pathname).toBe('/sign-in')
  // The hint makes no sign-in of an old one.
  const again = await follow(elsewhere, (await web.begin({ id_token_hint: id_token, prompt: 'login' })).url)
  expect(again.url.pathname).toBe('/sign-in')
})

test("another site's form is refused, and one without Fetch Metadata needs its token", async ({
  signedIn,
  stranger,
}) => {
  const person = await signedIn()
  const page = await follow(person, (await stranger.begin()).url)
  const send = (body: Record<string, string>, headers: Record<string, string>) =>
    person.request(page.url.href, { method: 'POST', headers, body: new URLSearchParams(body) })
  for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }] as Record<
    string,
    string
  >[])
    expect((await send({ answer: 'allow' }, headers)).status).toBe(403)
  const token = /name="csrf_token" value="([^"]+)"/.exec(page.page?.html ?? '')?.[1] ?? ''
  for (const site of ['cross-site', 'same-site'])
    expect((await send({ answer: 'allow', csrf_token: token }, { 'sec-fetch-site': site })).status).toBe(403)
  expect((await send({ answer: 'allow', csrf_token: token }, { origin: 'null' })).status).toBe(303)
})

test('an interaction of one browser does not work in another', async ({ newcomer, web, signedIn }) => {
  const page = await follow(newcomer(), (await web.begin()).url)
  const back = page.url.searchParams.get('callbackUrl') ?? ''
  const other = await signedIn('bob')
  expect((await other.request(back)).status).toBe(410)
})

test.for<[what: string, change: (url: URL) => void, error: string]>([
  ['without PKCE', ({ searchParams }) => searchParams.delete('code_challenge'), 'invalid_request'],
  [
    'with plain PKCE',
    ({ searchParams }) => searchParams.set('code_challenge_method', 'plain'),
    'invalid_request',
  ],
  [
    'for a token at once',
    ({ searchParams }) => searchParams.set('response_type', 'id_token'),
    'unsupported_response_type',
  ],
  [
    'for a resource that is none',
    ({ searchParams }) => searchParams.set('resource', 'urn:nothing'),
    'invalid_target',
  ],
  ['without a page, by nobody', ({ searchParams }) => searchParams.set('prompt', 'none'), 'login_required'],
])('a request %s leads back with %s', async ([, change, error], { web, newcomer }) => {
  const { url } = await web.begin()
  change(url)
  const end = await follow(newcomer(), url)
  expect(errorOf(end.url) ?? new URLSearchParams(end.url.hash.slice(1)).get('error')).toBe(error)
})

test('a third-party application needs consent once in a session; a refusal leads back', async ({
  signedIn,
  stranger,
}) => {
  const person = await signedIn()
  const refused = await follow(person, (await stranger.begin()).url)
  expect(refused.page?.html).toContain('Application stranger')
  const no = await pressContinue(person, refused.url, refused.page?.html ?? '', { answer: 'deny' })
  expect(errorOf(no.url)).toBe('access_denied')

  const { url, checks } = await stranger.begin()
  const asked = await follow(person, url)
  const end = await pressContinue(person, asked.url, asked.page?.html ?? '', { answer: 'allow' })
  expect((await stranger.finish(end.url, checks)).id_token).toBeDefined()
  expect((await signInAt(stranger, person)).id_token).toBeDefined()
})
