import { expect, test } from 'vitest'
import { providers } from '#lib/config/providers.ts'
import { upstreamProvider } from '#lib/config/upstream-provider.ts'
import { promptAgain } from '#lib/providers/prompt-again.ts'

async function promptOf(type: string, authorizationParams: Record<string, string>): Promise<string> {
  const issuer = ['oidc', 'keycloak'].includes(type) ? 'https://op.example.org' : undefined
  const [provider] = providers.parse([{ id: 'p', type, issuer, clientId: 'c', authorizationParams }])
  if (!provider) throw new Error('one provider is configured')
  return promptAgain(await upstreamProvider(provider))
}

// `discord` has its authorization endpoint as one text, `google` none, and `keycloak` wants its issuer.
for (const type of ['oidc', 'google', 'keycloak', 'github', 'discord'])
  test.each([
    [{}, 'login'],
    [{ access_type: 'offline' }, 'login'],
    [{ prompt: '' }, 'login'],
    [{ prompt: 'login' }, 'login'],
    [{ prompt: 'consent' }, 'consent login'],
    [{ prompt: 'select_account  consent' }, 'select_account consent login'],
    [{ prompt: 'none' }, 'login'],
  ])(`${type} with %j is asked again with prompt=%s`, async (params, expected) => {
    expect(await promptOf(type, params)).toBe(expected)
  })

test.each([
  ['an address', 'https://op.example.org/authorize?prompt=consent'],
  ['parameters', { params: { prompt: 'consent' } }],
  [
    'an address beside others',
    { url: 'https://op.example.org/authorize?prompt=consent', params: { a: 'b' } },
  ],
  ['both', { url: 'https://op.example.org/authorize?prompt=none', params: { prompt: 'consent' } }],
])("a prompt of the type's own is kept: in %s", (_, authorization) => {
  const authjs = { id: 'p', name: 'p', type: 'oauth' as const, authorization }
  expect(promptAgain({ authjs })).toBe('consent login')
})
