import type { AuthProvider } from '#lib/config/auth-provider.ts'
import { endpointUrl } from '#lib/config/endpoint-url.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'

/**
 * The `prompt` that makes a provider ask a person again who they are: `login` beside what a sign-in there
 * asks for anyway (at Google `consent` decides whether a refresh token comes). `none` alone would forbid it.
 * OpenID Connect Core 1.0, section 3.1.2.1.
 */
export function promptAgain({ authjs }: Pick<UpstreamProvider, 'authjs'>): string {
  const own = promptOf(authjs.options?.authorization) ?? promptOf(authjs.authorization) ?? ''
  const values = own.split(' ').filter((value) => value !== '' && value !== 'none')
  return [...new Set([...values, 'login'])].join(' ')
}

// In the order in which Auth.js takes it: parameters go before the same ones in the address.
function promptOf(endpoint: AuthProvider['authorization']): string | undefined {
  const url = endpointUrl(endpoint)
  const params = typeof endpoint === 'object' ? endpoint.params : undefined
  return params?.prompt ?? (url && URL.parse(url)?.searchParams.get('prompt')) ?? undefined
}
