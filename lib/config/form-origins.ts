import type { Client } from './clients.ts'
import type { UpstreamProvider } from './upstream-provider.ts'

/**
 * Where a form can lead that takes a person to a client: its registered addresses, as sources of a
 * Content-Security-Policy. An app's own scheme has no origin, and a loopback address has any port (RFC 8252,
 * section 7.3).
 */
export function clientOrigins(client: Client | undefined): string[] {
  if (!client) return []
  const { redirect_uris, post_logout_redirect_uris = [], initiate_login_uri, origins, client_uri } = client
  const addresses = [...redirect_uris, ...post_logout_redirect_uris, initiate_login_uri, client_uri]
  return [...origins.filter((origin) => /^https?:/.test(origin)), ...addresses.flatMap(sourceOf)]
}

/** Where a form can lead that begins a sign-in at a provider, or its sign-out there. */
export function providerOrigins({ issuer, endpoints, signOut }: UpstreamProvider): string[] {
  return [issuer, endpoints.authorization, endpoints.endSession, signOut?.url].flatMap(sourceOf)
}

function sourceOf(address: string | undefined): string[] {
  const url = URL.parse(address ?? '')
  if (!url) return []
  if (!/^https?:$/.test(url.protocol)) return [url.protocol]
  const isLoopback = url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  return [isLoopback ? `http://${url.hostname}:*` : url.origin]
}
