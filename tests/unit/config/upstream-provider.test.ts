import { expect, test } from 'vitest'
import { endpointUrl } from '#lib/config/endpoint-url.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { credentialsOf } from '#lib/providers/client-authentication.ts'
import { configOf } from '../../support/config.ts'

async function built(provider: object): Promise<UpstreamProvider> {
  const config = await configOf({
    file: { providers: [{ id: 'p', clientId: 'c', clientSecret: 's', ...provider }] },
  })
  const found = providerOf('p', config)
  if (!found) throw new Error('the provider is configured')
  return found
}

test.each([
  [{ type: 'oidc', issuer: 'https://op.example.org' }, 'oidc', ['pkce', 'nonce', 'state']],
  [{ type: 'google' }, 'oidc', ['pkce', 'state']],
  [{ type: 'linkedin' }, 'oidc', ['state']],
  [{ type: 'slack' }, 'oidc', ['nonce', 'state']],
  [{ type: 'apple' }, 'oidc', ['nonce', 'state']],
  [{ type: 'keycloak', issuer: 'https://kc.example.org/realms/x' }, 'oidc', ['pkce', 'state']],
  [{ type: 'github' }, 'oauth', ['pkce', 'state']],
])(
  "a sign-in is checked by the type's own checks, and by state always: %j",
  async (provider, kind, checks) => {
    const { authjs, ...own } = await built(provider)
    expect(authjs.type).toBe(kind)
    expect(own.kind).toBe(kind)
    expect(authjs).toMatchObject({ id: 'p', clientId: 'c', clientSecret: 's', checks })
  },
)

test('a client without a secret authenticates by none', async () => {
  const { authjs, ...provider } = await built({
    type: 'oidc',
    issuer: 'https://op.example.org',
    clientSecret: undefined,
  })
  expect(authjs.client).toEqual({ token_endpoint_auth_method: 'none' })
  expect(authjs.clientSecret).toBeUndefined()
  expect(await credentialsOf({ ...provider, authjs }, {})).toEqual({ method: 'none' })
})

test.each([
  ['github', 'https://github.com/login/oauth/authorize'],
  // Auth.js gives this endpoint as one text with parameters in it.
  ['discord', 'https://discord.com/api/oauth2/authorize'],
  ['gitlab', 'https://gitlab.com/oauth/authorize'],
])("scope and authorization parameters go to the provider's own endpoint: %s", async (type, url) => {
  const more = { scope: 'some scope', authorizationParams: { prompt: 'login' } }
  const { authjs } = await built({ type, ...more })
  expect(authjs.authorization).toMatchObject({ url, params: { scope: 'some scope', prompt: 'login' } })
})

test.each([
  [{ type: 'oidc', issuer: 'https://op.example.org' }, 'https://op.example.org', 'https://op.example.org'],
  [{ type: 'google' }, 'https://accounts.google.com', 'https://accounts.google.com'],
  // Auth.js knows an issuer of GitHub's, but GitHub issues no ID tokens, and people are known by its origin.
  [{ type: 'github' }, undefined, 'https://github.com'],
  [{ type: 'gitlab' }, undefined, 'https://gitlab.com'],
])(
  'where no issuer is configured, ID tokens name that of the type, and accounts the origin: %j',
  async (provider, issuer, accountIssuer) => {
    expect(await built(provider)).toMatchObject({ issuer, accountIssuer })
  },
)

test.each([
  ['github', 'https://github.com/login/oauth/access_token', 'client_secret_basic'],
  ['strava', 'https://www.strava.com/api/v3/oauth/token', 'client_secret_post'],
  ['google', undefined, 'client_secret_basic'],
  ['apple', undefined, 'client_secret_post'],
])(
  'a token set is refreshed at the endpoint of the type, by its way of authentication: %s',
  async (type, tokenEndpoint, method) => {
    const provider = await built({ type })
    expect(provider.endpoints.token).toBe(tokenEndpoint)
    expect(await credentialsOf(provider, {})).toMatchObject({ method })
  },
)

test('an endpoint is read in every form that Auth.js takes', () => {
  const url = 'https://github.example/login/oauth/authorize?x=1'
  expect(endpointUrl(url)).toBe(url)
  expect(endpointUrl({ url })).toBe(url)
  expect(endpointUrl({ url, params: { scope: 'x' } })).toBe(url)
  expect(endpointUrl({ params: {} })).toBeUndefined()
  expect(endpointUrl(undefined)).toBeUndefined()
})
