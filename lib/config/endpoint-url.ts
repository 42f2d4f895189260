import type { AuthProvider } from './auth-provider.ts'

/** The URL of an endpoint in any of the forms that Auth.js takes. */
export function endpointUrl(endpoint: AuthProvider['authorization' | 'token']): string | undefined {
  const url = typeof endpoint === 'string' ? endpoint : endpoint?.url
  return url ? String(url) : undefined
}
