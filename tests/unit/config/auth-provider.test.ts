import { expect, test } from 'vitest'
import { configOf } from '../../support/config.ts'

async function built(provider: object) {
  const { authProviders } = await configOf({
    file: { providers: [{ id: 'p', clientId: 'c', clientSecret: 's', ...provider }] },
  })
  return authProviders[0] as unknown as {
    type: string
    authorization?: { url?: string }
    options: {
      checks: string[]
      client?: object
      authorization: { url?: string; params: object }
      clientSecret?: string
    }
  }
}

test.each([
  [{ type: 'oidc', issuer: 'https://op.example.org' }, 'oidc', ['pkce', 'state', 'nonce']],
  [{ type: 'google' }, 'oidc', ['pkce', 'state', 'nonce']],
  [{ type: 'keycloak', issuer: 'https://kc.example.org/realms/x' }, 'oidc', ['pkce', 'state', 'nonce']],
  [{ type: 'github' }, 'oauth', ['pkce', 'state']],
])(
  'a sign-in is always checked by PKCE and state, and by nonce where there are ID tokens: %j',
  async (provider, type, checks) => {
    const { options, ...own } = await built(provider)
    expect(own.type).toBe(type)
    expect(options.checks).toEqual(checks)
  },
)

test('a client without a secret authenticates by none', async () => {
  const { options } = await built({ type: 'oidc', issuer: 'https://op.example.org', clientSecret: undefined })
  expect(options.client).toEqual({ token_endpoint_auth_method: 'none' })
  expect(options.clientSecret).toBeUndefined()
})

test.each([
  ['github', 'https://github.com/login/oauth/authorize'],
  // Auth.js gives this endpoint as one text with parameters in it.
  ['discord', 'https://discord.com/api/oauth2/authorize'],
])("scope and authorization parameters go to the provider's own endpoint: %s", async (type, url) => {
  const more = { scope: 'some scope', authorizationParams: { prompt: 'login' } }
  const { authorization, options } = await built({ type, ...more })
  expect(options.authorization.params).toMatchObject({ scope: 'some scope', prompt: 'login' })
  expect(options.authorization.url ?? authorization?.url).toBe(url)
})
