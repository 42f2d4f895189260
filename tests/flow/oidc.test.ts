import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpCall } from '../support/http-call.ts'
import { listen } from '../support/partners.ts'
import type { Person } from '../support/person.ts'
import { follow, pressContinue, redirectUri, registration, relyingParty } from '../support/relying-party.ts'
import { type Stage, startStage } from '../support/stage.ts'

type App = Awaited<ReturnType<typeof relyingParty>>

let stage: Stage
let web: App
let listener: Awaited<ReturnType<typeof listen>>
/** Logout tokens that the application `heard` got. */
const logouts: string[] = []

beforeAll(async () => {
  listener = await listen(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    logouts.push(new URLSearchParams(body).get('logout_token') ?? '')
    response.end()
  })
  stage = await startStage({
    config: (partners) =>
      partners.config({
        backends: [partners.backendOfBoth],
        clients: [
          registration('web', {
            origins: ['https://app.example.org'],
            post_logout_redirect_uris: [redirectUri],
          }),
          registration('heard', {
            backchannel_logout_uri: `${listener.url}/logout`,
            backchannel_logout_session_required: true,
          }),
          registration('stranger', { first_party: false }),
        ],
      }),
  })
  web = await relyingParty(stage.baton.url, 'web')
})

afterAll(async () => {
  await stage?.close()
  await listener?.close()
})

const errorOf = (url: URL) => url.searchParams.get('error')

/** Signs in at an application in a browser that has a session at Baton. */
async function signInAt(app: App, browser: Person, parameters: Record<string, string> = {}) {
  const { url, checks } = await app.begin(parameters)
  const end = await follow(browser, url)
  return app.finish(end.url, checks)
}

const post = (
  path: string,
  body: Record<string, string>,
  client = 'web',
  headers: Record<string, string> = {},
) =>
  fetch(`${stage.baton.url}/oidc${path}`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${client}:${encodeURIComponent(`secret of ${client}`).replaceAll('%20', '+')}`)}`,
      ...headers,
    },
    body: new URLSearchParams(body),
  })

test('metadata are at the issuer and, for an issuer with a path, at the root', async () => {
  const issuer = `${stage.baton.url}/oidc`
  for (const path of [
    '/oidc/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/oidc',
  ]) {
    const metadata = await (await fetch(stage.baton.url + path)).json()
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

test('whoever is signed in at Baton is signed in at an application without a page', async () => {
  const person = await stage.signedIn()
  const tokens = await signInAt(web, person)
  const claims = decodeJwt(tokens.id_token ?? '')
  expect(claims).toMatchObject({ sub: (await person.session())?.user.id, name: 'Demo User', aud: 'web' })
  expect(claims.acr).toBeUndefined()
  const keys = createLocalJWKSet(
    (await (await fetch(`${stage.baton.url}/oidc/jwks`)).json()) as JSONWebKeySet,
  )
  await jwtVerify(tokens.id_token ?? '', keys, { issuer: `${stage.baton.url}/oidc`, audience: 'web' })
})

test('whoever is not signed in goes to ordinary sign-in and comes back', async () => {
  const browser = stage.newcomer()
  const { url, checks } = await web.begin()
  const page = await follow(browser, url)
  expect(page.url.pathname).toBe('/sign-in')
  const back = page.url.searchParams.get('callbackUrl') ?? ''
  expect(back).toMatch(/^\/interaction\//)
  await browser.signIn()
  const end = await follow(browser, stage.baton.url + back)
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})

test('prompt=login and an exceeded max_age ask upstream again, whoever is signed in here', async () => {
  const person = await stage.signedIn()
  await stage.sql(
    `UPDATE sessions SET auth_time = now() - interval '1 hour', created_at = now() - interval '1 hour' WHERE id = $1`,
    [(await person.session())?.sid],
  )
  for (const parameters of [{ prompt: 'login' }, { max_age: '60' }] as Record<string, string>[]) {
    const { url } = await web.begin(parameters)
    const page = await follow(person, url)
    expect(page.url.pathname).toBe('/sign-in')
    expect(page.url.searchParams.get('again')).toBe('1')
    const back = page.url.searchParams.get('callbackUrl') ?? ''
    // Coming back without having signed in changes nothing.
    expect((await follow(person, stage.baton.url + back)).url.pathname).toBe('/sign-in')
  }
  const { url, checks } = await web.begin({ prompt: 'login' })
  const page = await follow(person, url)
  await person.signIn()
  const end = await follow(person, stage.baton.url + (page.url.searchParams.get('callbackUrl') ?? ''))
  const claims = decodeJwt((await web.finish(end.url, checks)).id_token ?? '')
  expect(claims.auth_time).toBeGreaterThan(Date.now() / 1000 - 60)
})

test('who is signed in at an application already can be asked again, and comes back to it', async () => {
  const person = await stage.signedIn()
  await signInAt(web, person)
  const { url, checks } = await web.begin({ prompt: 'login' })
  const page = await follow(person, url)
  expect(page.url.pathname).toBe('/sign-in')
  await person.signIn()
  const end = await follow(person, stage.baton.url + (page.url.searchParams.get('callbackUrl') ?? ''))
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})

test('whoever an id_token_hint names is signed in where they are, and nobody else in their place', async () => {
  const person = await stage.signedIn()
  const { id_token = '' } = await signInAt(web, person)
  const elsewhere = await stage.signedIn()
  expect((await signInAt(web, elsewhere, { id_token_hint: id_token })).id_token).toBeDefined()
  const bob = await stage.signedIn('bob')
  const page = await follow(bob, (await web.begin({ id_token_hint: id_token })).url)
  expect(page.url.pathname).toBe('/sign-in')
  // The hint makes no sign-in of an old one.
  const again = await follow(elsewhere, (await web.begin({ id_token_hint: id_token, prompt: 'login' })).url)
  expect(again.url.pathname).toBe('/sign-in')
})

test('an application of somebody else gets no token for a backend', async () => {
  const stranger = await relyingParty(stage.baton.url, 'stranger')
  const { url } = await stranger.begin({ resource: stage.partners.backendUrl })
  expect(errorOf((await follow(await stage.signedIn(), url)).url)).toBe('invalid_target')
})

test('what was given in a session that has ended is not active any more', async () => {
  const person = await stage.signedIn()
  const { refresh_token = '' } = await signInAt(web, person)
  const active = async () =>
    ((await (await post('/introspect', { token: refresh_token })).json()) as { active: boolean }).active
  expect(await active()).toBe(true)
  await person.signOut()
  expect(await active()).toBe(false)
})

test('a form of a step that another site sends is refused, and one without Fetch Metadata needs its token', async () => {
  const stranger = await relyingParty(stage.baton.url, 'stranger')
  const person = await stage.signedIn()
  const page = await follow(person, (await stranger.begin()).url)
  const send = (body: Record<string, string>, headers: Record<string, string>) =>
    person.request(page.url.href, { method: 'POST', headers, body: new URLSearchParams(body) })
  for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }] as Record<
    string,
    string
  >[])
    expect((await send({ answer: 'allow' }, headers)).status).toBe(403)
  const token = /name="csrf_token" value="([^"]+)"/.exec(page.page?.html ?? '')?.[1] ?? ''
  expect((await send({ answer: 'allow', csrf_token: token }, { origin: 'null' })).status).toBe(303)
})

test('an interaction of one browser is nobody else’s', async () => {
  const page = await follow(stage.newcomer(), (await web.begin()).url)
  const back = page.url.searchParams.get('callbackUrl') ?? ''
  const other = await stage.signedIn('bob')
  expect((await other.request(back)).status).toBe(410)
})

test.each<[what: string, change: (url: URL) => void, error: string]>([
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
])('a request %s leads back with %s', async (_, change, error) => {
  const { url } = await web.begin()
  change(url)
  const end = await follow(stage.newcomer(), url)
  expect(errorOf(end.url) ?? new URLSearchParams(end.url.hash.slice(1)).get('error')).toBe(error)
})

test('of 20 parallel exchanges of one code one gets tokens, and they live on', async () => {
  const { url, checks } = await web.begin()
  const end = await follow(await stage.signedIn(), url)
  const exchange = {
    grant_type: 'authorization_code',
    code: end.url.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: checks.pkceCodeVerifier,
  }
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/token', exchange)))
  const good = answers.filter(({ status }) => status === 200)
  expect(good).toHaveLength(1)
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  const tokens = (await good[0]?.json()) as { access_token: string; refresh_token: string; id_token: string }
  await web.userinfo(tokens.access_token, decodeJwt(tokens.id_token).sub ?? '')

  await stage.sql(
    `UPDATE oidc_records SET consumed_at = consumed_at - interval '11 s' WHERE consumed_at IS NOT NULL`,
  )
  expect((await post('/token', exchange)).status).toBe(400)
  await expect(web.refresh(tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('of 20 parallel refreshes with one token one succeeds; a later reuse ends the grant', async () => {
  const tokens = await signInAt(web, await stage.signedIn())
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/token', refresh)))
  const good = answers.filter(({ status }) => status === 200)
  expect(good).toHaveLength(1)
  const next = (await good[0]?.json()) as { refresh_token: string }
  const renewed = await web.refresh(next.refresh_token)

  await stage.sql(
    `UPDATE oidc_records SET consumed_at = consumed_at - interval '11 s' WHERE consumed_at IS NOT NULL`,
  )
  expect((await post('/token', refresh)).status).toBe(400)
  await expect(web.refresh(renewed.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('a token for a backend is a JWT that the backend takes', async () => {
  const resource = stage.partners.backendUrl
  const person = await stage.signedIn()
  const { url, checks } = await web.begin({ resource })
  const end = await follow(person, url)
  const answer = await post('/token', {
    grant_type: 'authorization_code',
    code: end.url.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: checks.pkceCodeVerifier,
    resource,
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  expect(decodeProtectedHeader(access_token).typ).toBe('at+jwt')
  const session = await person.session()
  expect(decodeJwt(access_token)).toMatchObject({
    aud: resource,
    client_id: 'web',
    sub: session?.user.id,
    sid: session?.sid,
  })
  const greeting = await fetch(`${resource}/api/authenticated/greeting`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  expect(await greeting.json()).toEqual({ greeting: 'Hello, Demo User!' })
})

test('an application of somebody else is consented to, once in a session; a refusal leads back', async () => {
  const stranger = await relyingParty(stage.baton.url, 'stranger')
  const person = await stage.signedIn()
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

test('signing out at Baton tells applications, by a logout token for their own session', async () => {
  const heard = await relyingParty(stage.baton.url, 'heard')
  const person = await stage.signedIn()
  const { sid, sub } = decodeJwt((await signInAt(heard, person)).id_token ?? '')
  logouts.length = 0
  await person.signOut()
  await expect.poll(() => logouts.length).toBe(1)
  const claims = decodeJwt(logouts[0] ?? '')
  expect(claims).toMatchObject({ iss: `${stage.baton.url}/oidc`, aud: 'heard', sid, sub })
  expect(claims.events).toHaveProperty(['http://schemas.openid.net/event/backchannel-logout'])
})

test('an application that a nonce-made session did not answer hears nothing of its end', async () => {
  const heard = await relyingParty(stage.baton.url, 'heard')
  const [source, browser] = [await stage.signedIn(), stage.newcomer()]
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

test('an application can sign its person out of everything, who is asked first', async () => {
  const heard = await relyingParty(stage.baton.url, 'heard')
  const person = await stage.signedIn()
  await signInAt(heard, person)
  const { id_token = '', refresh_token = '' } = await signInAt(web, person)
  logouts.length = 0
  const search = new URLSearchParams({
    id_token_hint: id_token,
    post_logout_redirect_uri: redirectUri,
    state: 'here',
  })
  const page = await follow(person, `${stage.baton.url}/oidc/logout?${search}`)
  expect(page.page?.html).toContain('Sign out?')
  expect(await person.session()).not.toBeNull()
  const end = await pressContinue(person, page.url, page.page?.html ?? '', { logout: 'yes' })
  expect(end.url.href).toBe(`${redirectUri}?state=here`)
  expect(logouts).toHaveLength(1)
  await expect.poll(() => person.session()).toBeNull()
  await expect(web.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('a request whose length is not known is read, and one that is too long is not', async () => {
  const send = (body: string) =>
    httpCall(stage.baton.address, '/oidc/token', {
      method: 'POST',
      headers: {
        host: new URL(stage.baton.url).host,
        authorization: `Basic ${btoa('web:secret+of+web')}`,
        'content-type': 'application/x-www-form-urlencoded',
        'transfer-encoding': 'chunked',
      },
      body,
    })
  const good = await send('grant_type=refresh_token&refresh_token=x')
  expect([good.status, good.json().error]).toEqual([400, 'invalid_grant'])
  expect(
    (await send(`grant_type=refresh_token&refresh_token=${'x'.repeat(100_000)}`)).status,
  ).toBeGreaterThanOrEqual(400)
})

test('pages of an application may call from its own origin and from no other', async () => {
  const cors = async (origin: string) =>
    (
      await post('/token', { grant_type: 'refresh_token', refresh_token: 'x' }, 'web', { origin })
    ).headers.get('access-control-allow-origin')
  expect(await cors('https://app.example.org')).toBe('https://app.example.org')
  expect(await cors('https://evil.example')).toBeNull()
})

test('pages of an application may ask for a nonce by an ID token, and ride on no cookie', async () => {
  const ask = (origin: string, init: RequestInit = {}) =>
    fetch(`${stage.baton.url}/api/nonce`, { method: 'POST', ...init, headers: { origin, ...init.headers } })
  const [own, foreign] = ['https://app.example.org', 'https://evil.example']
  const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }
  const allowed = await ask(own, preflight)
  expect([allowed.status, allowed.headers.get('access-control-allow-methods')]).toEqual([204, 'POST'])
  expect((await ask(foreign, preflight)).headers.get('access-control-allow-origin')).toBeNull()

  const answer = await ask(own, { body: new URLSearchParams({ token: 'x' }) })
  expect(answer.headers.get('access-control-allow-origin')).toBe(own)
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  const cookie = await (await stage.signedIn()).cookies()
  const riding = await ask(own, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })
  expect([riding.status, (await riding.json()).error]).toEqual([403, 'csrf'])
})

test('nothing that is stored of the provider can be used by who reads the database', async () => {
  const person = await stage.signedIn()
  const tokens = await signInAt(web, person)
  const rows = JSON.stringify(
    await stage.sql(
      'SELECT to_jsonb(t) AS row FROM oidc_records t UNION ALL SELECT to_jsonb(k) FROM signing_keys k',
    ),
  )
  const cookie = /baton\.oidc=([^;]+)/.exec(await person.cookies('/oidc/x'))?.[1] ?? ''
  expect(cookie).not.toBe('')
  for (const secret of [tokens.access_token, tokens.refresh_token ?? '', cookie]) {
    expect(rows).not.toContain(secret)
    expect(stage.baton.log()).not.toContain(secret)
  }
  expect(rows).not.toContain('"d"')
})
