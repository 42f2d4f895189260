import { clientOf } from '#lib/config/client-of.ts'
import type { Config } from '#lib/config/load.ts'

type Nonce = { nonce: string; target: string | null; redirectTo: string | null }

/**
 * The address at which a nonce's target starts a sign-in with that nonce; `undefined` when the target is
 * Baton itself or has no such address. OpenID Connect Core 1.0, section 4.
 */
export function initiationOf(
  { nonce, target, redirectTo }: Nonce,
  { clients, url: baton }: Pick<Config, 'clients' | 'url'>,
): URL | undefined {
  const uri = clientOf(target, { clients })?.initiate_login_uri
  if (target === null || uri === undefined) return undefined
  const url = new URL(uri)
  url.searchParams.set('iss', `${baton}/oidc`)
  if (redirectTo !== null) url.searchParams.set('target_link_uri', new URL(redirectTo, uri).href)
  url.searchParams.set('nonce', nonce)
  return url
}
