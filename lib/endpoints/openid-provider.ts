import type { IncomingMessage, ServerResponse } from 'node:http'
import { isPreflight } from '#lib/http/cors.ts'
import { parameters, readText } from '#lib/http/form.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { mountPath } from '#lib/oidc/mount-path.ts'
import type { ByMethod, Exchange, Method } from './endpoint.ts'

/** An issuer with a path has its metadata at the root as well (RFC 8414, section 3.1). */
export const metadataPath = `/.well-known/oauth-authorization-server${mountPath}`

/** Characters of an address that fit in a request, beside its other headers. */
const longestAddress = 12 * 1024

/** `/oidc/*`: Baton's OpenID Provider. */
export async function openIdProvider(exchange: Exchange): Promise<void> {
  const path = exchange.target.slice(mountPath.length)
  // The library would take other spellings of its paths, which have no row of their own in the table.
  if (/^[^?]*[A-Z]/.test(path) && !path.startsWith('/authorize/'))
    throw new OAuthError('not_found', 'there is no such address')
  return passTo(path, exchange)
}

/** An address of the OpenID Provider that takes these methods, and preflights. */
export function openIdProviderBy(...methods: Method[]): ByMethod<typeof openIdProvider> {
  const preflight = (exchange: Exchange) => {
    if (isPreflight(exchange.req)) return openIdProvider(exchange)
    throw new OAuthError('method_not_allowed', `use ${methods.join(' or ')}`, { allow: methods })
  }
  return Object.fromEntries([...methods.map((method) => [method, openIdProvider]), ['OPTIONS', preflight]])
}

/**
 * `POST /oidc/authorize`: an authorization request may be posted (OpenID Connect Core 1.0, section 3.1.2.1).
 * A post from another site brings no cookie of this one, so the request is repeated as a navigation, which
 * does and decides nothing by itself.
 */
export async function authorizeByGet({ req, res }: Exchange): Promise<void> {
  repeatByGet('/authorize', new URLSearchParams(await readText(req)), res)
}

/**
 * `POST /oidc/logout`: so may a sign-out (RP-Initiated Logout 1.0, section 2). Its ID token is verified here
 * and stays out of the address.
 */
export async function logoutByGet({ req, res, runtime }: Exchange): Promise<void> {
  const form = new URLSearchParams(await readText(req))
  const { id_token_hint: hint, client_id } = parameters(form)
  if (hint !== undefined) form.set('client_id', await runtime.oidc.clientOfHint(hint, client_id))
  form.delete('id_token_hint')
  repeatByGet('/logout', form, res)
}

function repeatByGet(path: string, form: URLSearchParams, res: ServerResponse): void {
  const location = `${mountPath}${path}?${form}`
  if (location.length > longestAddress)
    throw new OAuthError('invalid_request', 'the parameters are too long for an address')
  res.writeHead(303, {
    location,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-length': 0,
  })
  res.end()
}

/** The provider's metadata, at the root. */
export function rootMetadata(exchange: Exchange): Promise<void> {
  return passTo('/.well-known/openid-configuration', exchange)
}

async function passTo(path: string, { req, res, runtime }: Exchange): Promise<void> {
  // The library finds its mount path by comparing the two.
  const below: IncomingMessage & { originalUrl?: string } = req
  below.url = path
  below.originalUrl = mountPath + path
  await runtime.oidc.listener(below, res)
}
