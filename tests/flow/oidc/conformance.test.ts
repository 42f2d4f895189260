import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../support/person.ts'
import { follow, redirectUri, registration, relyingParty } from '../../support/relying-party.ts'
import { type Stage, startStage } from '../../support/stage.ts'

// What matters here of the OP basic profile, each test with the id of the one in the OpenID conformance suite that asks the same.

let stage: Stage
let app: Awaited<ReturnType<typeof relyingParty>>
let person: Person

beforeAll(async () => {
  stage = await startStage({
    config: (partners) =>
      partners.config({
        clients: [
          registration('basic'),
          registration('poster', { token_endpoint_auth_method: 'client_secret_post' }),
        ],
      }),
  })
  app = await relyingParty(stage.baton.url, 'basic')
  person = await stage.signedIn()
})

afterAll(() => stage?.close())

const errorOf = (url: URL) => url.searchParams.get('error')

async function signedIn(parameters: Record<string, string> = {}, change = (_: URL) => {}) {
  const { url, checks } = await app.begin(parameters)
  change(url)
  const end = await follow(person, url)
  const tokens = await app.finish(
    end.url,
    url.searchParams.has('nonce') ? checks : { ...checks, expectedNonce: undefined as never },
  )
  return { tokens, claims: decodeJwt(tokens.id_token ?? '') }
}

test('oidcc-server', async () => {
  const { claims, tokens } = await signedIn()
  expect(claims).toMatchObject({ iss: `${stage.baton.url}/oidc`, aud: 'basic', sub: expect.any(String) })
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeGreaterThan(0)
  expect(tokens.token_type).toBe('bearer')
})

test('oidcc-response-type-missing', async () => {
  const { url } = await app.begin()
  url.searchParams.delete('response_type')
  expect(errorOf((await follow(person, url)).url)).toBe('invalid_request')
})

test.each([
  ['oidcc-userinfo-get', 'GET', 'header'],
  ['oidcc-userinfo-post-header', 'POST', 'header'],
  ['oidcc-userinfo-post-body', 'POST', 'body'],
])('%s', async (_, method, where) => {
  const { tokens, claims } = await signedIn()
  const answer = await fetch(`${stage.baton.url}/oidc/userinfo`, {
    method,
    ...(where === 'header'
      ? { headers: { authorization: `Bearer ${tokens.access_token}` } }
      : { body: new URLSearchParams({ access_token: tokens.access_token }) }),
  })
  expect(await answer.json()).toMatchObject({ sub: claims.sub, name: 'Demo User' })
})

test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
  const { claims } = await signedIn({}, ({ searchParams }) => searchParams.delete('nonce'))
  expect(claims.nonce).toBeUndefined()
})

test.each([
  ['oidcc-scope-profile', 'openid profile', ['name']],
  ['oidcc-scope-email', 'openid email', ['email']],
  ['oidcc-scope-all', 'openid profile email offline_access', ['name', 'email']],
])('%s', async (_, scope, names) => {
  const { claims, tokens } = await signedIn({ scope })
  for (const name of names) expect(claims).toHaveProperty(name)
  // Offline access is for those who ask by `prompt=consent` (OpenID Connect Core 1.0, section 11).
  const given = scope.split(' ').filter((name) => name !== 'offline_access')
  expect(tokens.scope?.split(' ').sort()).toEqual(given.sort())
})

test('oidcc-ensure-other-scope-order-succeeds', async () => {
  expect((await signedIn({ scope: 'email openid' })).claims).toHaveProperty('email')
})

test('oidcc-prompt-none-not-logged-in', async () => {
  const { url } = await app.begin({ prompt: 'none' })
  expect(errorOf((await follow(stage.newcomer(), url)).url)).toBe('login_required')
})

test('oidcc-prompt-none-logged-in', async () => {
  const before = await signedIn()
  const { claims } = await signedIn({ prompt: 'none' })
  expect([claims.sub, claims.auth_time]).toEqual([before.claims.sub, before.claims.auth_time])
})

test('oidcc-max-age-10000', async () => {
  const { claims } = await signedIn({ max_age: '10000' })
  expect(claims.auth_time).toBeGreaterThan(Date.now() / 1000 - 10_000)
})

test.each<[string, Record<string, string>]>([
  ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
  ['oidcc-login-hint', { login_hint: 'demo@example.org' }],
  ['oidcc-ui-locales', { ui_locales: 'se' }],
  ['oidcc-claims-locales', { claims_locales: 'se' }],
  ['oidcc-display-page', { display: 'page' }],
  ['oidcc-display-popup', { display: 'popup' }],
  ['oidcc-ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
])('%s', async (_, parameters) => {
  expect((await signedIn(parameters)).claims.sub).toBeDefined()
})

test('oidcc-id-token-hint', async () => {
  const { tokens, claims } = await signedIn()
  const again = await signedIn({ prompt: 'none', id_token_hint: tokens.id_token ?? '' })
  expect(again.claims.sub).toBe(claims.sub)
  const bob = await stage.signedIn('bob')
  const { url } = await app.begin({ prompt: 'none', id_token_hint: tokens.id_token ?? '' })
  expect(errorOf((await follow(bob, url)).url)).toBe('login_required')
})

test('oidcc-ensure-registered-redirect-uri', async () => {
  const { url } = await app.begin({ redirect_uri: `${redirectUri}/other` })
  const end = await follow(person, url)
  expect(end.page?.status).toBe(400)
  expect(end.page?.html).toContain('invalid_redirect_uri')
})

test('oidcc-ensure-post-request-succeeds', async () => {
  const { url, checks } = await app.begin()
  const end = await follow(person, url.origin + url.pathname, { method: 'POST', body: url.searchParams })
  expect((await app.finish(end.url, checks)).id_token).toBeDefined()
})

test('oidcc-server-client-secret-post', async () => {
  const poster = await relyingParty(stage.baton.url, 'poster', 'post')
  const { url, checks } = await poster.begin()
  const end = await follow(person, url)
  expect((await poster.finish(end.url, checks)).id_token).toBeDefined()
})

test('oidcc-codereuse, oidcc-codereuse-30seconds', async () => {
  const { url, checks } = await app.begin()
  const end = await follow(person, url)
  const { access_token, id_token } = await app.finish(end.url, checks)
  await expect(app.finish(end.url, checks)).rejects.toMatchObject({ error: 'invalid_grant' })
  const { sub = '' } = decodeJwt(id_token ?? '')
  expect(await app.userinfo(access_token, sub)).toMatchObject({ sub })
  await stage.sql(
    `UPDATE oidc_records SET consumed_at = consumed_at - interval '30 s' WHERE consumed_at IS NOT NULL`,
  )
  await expect(app.finish(end.url, checks)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(app.userinfo(access_token, sub)).rejects.toThrow()
})

test('oidcc-refresh-token', async () => {
  const { tokens, claims } = await signedIn()
  const renewed = await app.refresh(tokens.refresh_token ?? '')
  expect(renewed.refresh_token).not.toBe(tokens.refresh_token)
  expect(decodeJwt(renewed.id_token ?? '')).toMatchObject({ sub: claims.sub, auth_time: claims.auth_time })
})
