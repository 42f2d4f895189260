import { expect, test } from 'vitest'
import { providers } from '#lib/config/providers.ts'
import { upstreamProvider } from '#lib/config/upstream-provider.ts'
import { promptAgain } from '#lib/providers/prompt-again.ts'

async function promptOf(type: string, authorizationParams: Record<string, string>): Promise<string> {
  const issuer = ['oidc', 'keycloak'].includes(type) ? 'https://op.example.org' : undefined
  const [provider] = providers.parse([{ id: 'p', type, issuer, clientId: 'c', authorizationParams }])
  if (!provider) throw new Error('one provider is configured')
  const made = await upstreamProvider(provider)
  if ('faults' in made) throw new Error(made.faults.join())
  return promptAgain(made.provider)
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
