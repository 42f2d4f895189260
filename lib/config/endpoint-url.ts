import type { OAuthConfig } from '@auth/core/providers'

type Endpoint = OAuthConfig<unknown>['authorization' | 'token' | 'userinfo']

/** The URL of an endpoint in any of the forms that Auth.js takes. */
export function endpointUrl(endpoint: Endpoint): string | undefined {
  const url = typeof endpoint === 'string' ? endpoint : endpoint?.url
  return url ? String(url) : undefined
}
