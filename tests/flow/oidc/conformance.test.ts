import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { follow, redirectUri, relyingParty } from '../../support/relying-party.ts'
import { test as base, perFile } from '../../support/test.ts'

// What matters here of the OP basic profile. Each test has the id of the test in the OpenID conformance suite
// that asks the same.

const test = base
  .extend('app', perFile, ({ baton }) => relyingParty(baton.url, 'basic'))
  .extend(
    'signInAt',
    ({ app, person }) =>
      async (parameters: Record<string, string> = {}, change = (_: URL) => {}) => {
        const { url, checks } = await app.begin(parameters)
        change(url)
        const end = await follow(person, url)
        const tokens = await app.finish(
          end.url,
          url.searchParams.has('nonce') ? checks : { ...checks, expectedNonce: undefined as never },
        )
        return { tokens, claims: decodeJwt(tokens.id_token ?? '') }
      },
  )

const errorOf = (url: URL) => url.searchParams.get('error')

test('oidcc-server', async ({ signInAt, baton }) => {
  const { claims, tokens } = await signInAt()
  expect(claims).toMatchObject({ iss: `${baton.url}/oidc`, aud: 'basic', sub: expect.any(String) })
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeGreaterThan(0)
  expect(tokens.token_type).toBe('bearer')
})

test('oidcc-response-type-missing', async ({ app, person }) => {
  const { url } = await app.begin()
  url.searchParams.delete('response_type')
  expect(errorOf((await follow(person, url)).url)).toBe('invalid_request')
})

test.for([
  ['oidcc-userinfo-get', 'GET', 'header'],
  ['oidcc-userinfo-post-header', 'POST', 'header'],
  ['oidcc-userinfo-post-body', 'POST', 'body'],
] as const)('%s', async ([, method, where], { signInAt, baton }) => {
  const { tokens, claims } = await signInAt()
  const answer = await fetch(`${baton.url}/oidc/userinfo`, {
    method,
    ...(where === 'header'
      ? { headers: { authorization: `Bearer ${tokens.access_token}` } }
      : { body: new URLSearchParams({ access_token: tokens.access_token }) }),
  })
  expect(await answer.json()).toMatchObject({ sub: claims.sub, name: 'Demo User' })
})

test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async ({ signInAt }) => {
  const { claims } = await signInAt({}, ({ searchParams }) => searchParams.delete('nonce'))
  expect(claims.nonce).toBeUndefined()
})

test.for([
  ['oidcc-scope-profile', 'openid profile', ['name']],
  ['oidcc-scope-email', 'openid email', ['email']],
  ['oidcc-scope-all', 'openid profile email offline_access', ['name', 'email']],
] as const)('%s', async ([, scope, names], { signInAt }) => {
  const { claims, tokens } = await signInAt({ scope })
  for (const name of names) expect(claims).toHaveProperty(name)
  // Offline access is for those who ask by `prompt=consent` (OpenID Connect Core 1.0, section 11).
  const given = scope.split(' ').filter((name) => name !== 'offline_access')
  expect(tokens.scope?.split(' ').sort()).toEqual(given.sort())
})

test('oidcc-ensure-other-scope-order-succeeds', async ({ signInAt }) => {
  expect((await signInAt({ scope: 'email openid' })).claims).toHaveProperty('email')
})

test('oidcc-prompt-none-not-logged-in', async ({ app, newcomer }) => {
  const { url } = await app.begin({ prompt: 'none' })
  expect(errorOf((await follow(newcomer(), url)).url)).toBe('login_required')
})

test('oidcc-prompt-none-logged-in', async ({ signInAt }) => {
  const before = await signInAt()
  const { claims } = await signInAt({ prompt: 'none' })
  expect([claims.sub, claims.auth_time]).toEqual([before.claims.sub, before.claims.auth_time])
})

test('oidcc-max-age-10000', async ({ signInAt }) => {
  const { claims } = await signInAt({ max_age: '10000' })
  expect(claims.auth_time).toBeGreaterThan(Date.now() / 1000 - 10_000)
})

test.for<[string, Record<string, string>]>([
  ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
  ['oidcc-login-hint', { login_hint: 'demo@example.org' }],
  ['oidcc-ui-locales', { ui_locales: 'se' }],
  ['oidcc-claims-locales', { claims_locales: 'se' }],
  ['oidcc-display-page', { display: 'page' }],
  ['oidcc-display-popup', { display: 'popup' }],
  ['oidcc-ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
])('%s', async ([, parameters], { signInAt }) => {
  expect((await signInAt(parameters)).claims.sub).toBeDefined()
})

test('oidcc-id-token-hint', async ({ signInAt, signedIn, app }) => {
  const { tokens, claims } = await signInAt()
  const again = await signInAt({ prompt: 'none', id_token_hint: tokens.id_token ?? '' })
  expect(again.claims.sub).toBe(claims.sub)
  const bob = await signedIn('bob')
  const { url } = await app.begin({ prompt: 'none', id_token_hint: tokens.id_token ?? '' })
  expect(errorOf((await follow(bob, url)).url)).toBe('login_required')
})

test('oidcc-ensure-registered-redirect-uri', async ({ app, person }) => {
  const { url } = await app.begin({ redirect_uri: `${redirectUri}/other` })
  const end = await follow(person, url)
  expect(end.page?.status).toBe(400)
  expect(end.page?.html).toContain('invalid_redirect_uri')
})

test('oidcc-ensure-post-request-succeeds', async ({ app, person }) => {
  const { url, checks } = await app.begin()
  const end = await follow(person, url.origin + url.pathname, { method: 'POST', body: url.searchParams })
  expect((await app.finish(end.url, checks)).id_token).toBeDefined()
})

test('oidcc-server-client-secret-post', async ({ baton, person }) => {
  const poster = await relyingParty(baton.url, 'poster', 'post')
  const { url, checks } = await poster.begin()
  const end = await follow(person, url)
  expect((await poster.finish(end.url, checks)).id_token).toBeDefined()
})

test('oidcc-codereuse, oidcc-codereuse-30seconds', async ({ app, person, sql }) => {
  const { url, checks } = await app.begin()
  const end = await follow(person, url)
  const { access_token, id_token } = await app.finish(end.url, checks)
  await expect(app.finish(end.url, checks)).rejects.toMatchObject({ error: 'invalid_grant' })
  const { sub = '' } = decodeJwt(id_token ?? '')
  expect(await app.userinfo(access_token, sub)).toMatchObject({ sub })
  await sql(
    `UPDATE oidc_records SET consumed_at = consumed_at - interval '30 s' WHERE consumed_at IS NOT NULL`,
  )
  await expect(app.finish(end.url, checks)).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(app.userinfo(access_token, sub)).rejects.toThrow()
})

test('oidcc-refresh-token', async ({ signInAt, app }) => {
  const { tokens, claims } = await signInAt()
  const renewed = await app.refresh(tokens.refresh_token ?? '')
  expect(renewed.refresh_token).not.toBe(tokens.refresh_token)
  expect(decodeJwt(renewed.id_token ?? '')).toMatchObject({ sub: claims.sub, auth_time: claims.auth_time })
})
