import { jsonOf, textOf } from './answer.ts'
import { BatonError } from './error.ts'
import type { Settings } from './options.ts'
import { isSecure, parseUrl } from './secure-url.ts'
import { send } from './send.ts'

export type Metadata = { authorizationEndpoint: string; tokenEndpoint: string; sendsIssuer: boolean }

/**
 * Reads the metadata of an issuer (OpenID Connect Discovery, section 4). Throws `network`, and
 * `unsupported_response` for metadata of another issuer, endpoints without TLS, or a provider that announces
 * PKCE methods without S256.
 */
export async function discover(issuer: string, settings: Settings): Promise<Metadata> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const json = jsonOf(await send(address, {}, settings))
  if (json.issuer !== issuer) throw unsupported('is for another issuer')
  const methods = json.code_challenge_methods_supported
  if (Array.isArray(methods) && !methods.includes('S256')) throw unsupported('does not support S256')
  return {
    authorizationEndpoint: endpoint(json, 'authorization_endpoint'),
    tokenEndpoint: endpoint(json, 'token_endpoint'),
    sendsIssuer: json.authorization_response_iss_parameter_supported === true,
  }
}

function endpoint(json: Record<string, unknown>, name: string): string {
  const url = parseUrl(textOf(json, name))
  if (!url || !isSecure(url) || url.hash) throw unsupported(`has a ${name} that is not an https URL`)
  return url.href
}

function unsupported(what: string): BatonError {
  return new BatonError('unsupported_response', `the identity provider's metadata ${what}`)
}
