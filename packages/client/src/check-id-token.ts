import { decodeBase64urlText } from './base64url.ts'
import { BatonError } from './error.ts'
import { parseObject } from './parse-object.ts'

/** How many seconds the device's clock may be off. */
const TOLERANCE = 120

/** The claims of an ID token (OpenID Connect Core, section 2). */
export type IdTokenClaims = Record<string, unknown> & {
  iss: string
  sub: string
  aud: string | string[]
  exp: number
  iat: number
}

/**
 * Checks that an ID token belongs to this client and this sign-in, and returns its claims. The token must
 * come straight from the token endpoint over TLS, which replaces the check of its signature.
 * Throws `id_token_invalid`. OpenID Connect Core, section 3.1.3.7.
 */
export function checkIdToken(
  idToken: string,
  expected: { issuer: string; clientId: string; nonce: string; now: number },
): IdTokenClaims {
  const [header, claims] = decoded(idToken)
  const audiences = [claims.aud].flat()
  const now = expected.now / 1000

  if (header.alg === undefined || header.alg === 'none') throw invalid('is not signed')
  if (claims.iss !== expected.issuer) throw invalid('is from another issuer')
  if (!audiences.includes(expected.clientId)) throw invalid('is for another client')
  if (claims.azp === undefined ? audiences.length > 1 : claims.azp !== expected.clientId)
    throw invalid('was issued to another client')
  if (claims.nonce !== expected.nonce) throw invalid('belongs to another sign-in')
  if (typeof claims.sub !== 'string' || claims.sub === '') throw invalid('has no subject')
  if (typeof claims.exp !== 'number' || claims.exp <= now - TOLERANCE) throw invalid('has expired')
  if (typeof claims.iat !== 'number' || claims.iat > now + TOLERANCE) throw invalid('is from the future')
  return claims as IdTokenClaims
}

function decoded(idToken: string): [header: Record<string, unknown>, claims: Record<string, unknown>] {
  const parts = idToken.split('.')
  const [header, claims] = parts.map((part) => parseObject(decodeBase64urlText(part) ?? ''))
  if (parts.length !== 3 || !header || !claims) throw invalid('is not a signed JWT')
  return [header, claims]
}

function invalid(what: string): BatonError {
  return new BatonError('id_token_invalid', `the ID token ${what}`)
}
