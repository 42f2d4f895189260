import { clientOf } from '#lib/config/client-of.ts'
import type { Client } from '#lib/config/clients.ts'
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
  const url = initiation(uri, baton)
  if (redirectTo !== null) url.searchParams.set('target_link_uri', new URL(redirectTo, uri).href)
  url.searchParams.set('nonce', nonce)
  return url
}

/**
 * The address at which a client starts an ordinary sign-in, which a browser that is signed in here ends
 * without a question; `undefined` for a client that has none. It goes on to the client's home page, where
 * that is within the same origin: applications refuse any other. OpenID Connect Core 1.0, section 4.
 */
export function plainInitiationOf(
  { initiate_login_uri: uri, client_uri: home }: Pick<Client, 'initiate_login_uri' | 'client_uri'>,
  { url: baton }: Pick<Config, 'url'>,
): URL | undefined {
  if (uri === undefined) return undefined
  const url = initiation(uri, baton)
  if (home !== undefined && URL.parse(home)?.origin === url.origin)
    url.searchParams.set('target_link_uri', home)
  return url
}

function initiation(uri: string, baton: string): URL {
  const url = new URL(uri)
  url.searchParams.set('iss', `${baton}/oidc`)
  return url
}
