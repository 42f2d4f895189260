import { MissingToken } from './errors.ts'

/**
 * Returns the token of an `Authorization` header. Throws `MissingToken` when there is none or the scheme is
 * another. RFC 6750, section 2.1.
 */
export function bearerToken(authorization: string | null | undefined): string {
  const [, credentials] = /^bearer (.*)$/is.exec(authorization ?? '') ?? []
  const token = credentials?.trim()
  if (!token) throw new MissingToken()
  return token
}

/**
 * Whether a token has the form of a signed JWT: three parts (RFC 7515, section 3.1). The signature may be
 * empty here; its verification fails later.
 */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)
}

/**
 * Whether a token has the form of a web nonce: opaque base64url. Saves a request to Baton for anything else.
 */
export function looksLikeWebNonce(token: string): boolean {
  return /^[\w-]{20,256}$/.test(token)
}
