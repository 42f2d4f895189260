import { MissingToken } from './errors.ts'

/** The token of an `Authorization` header. Throws `MissingToken` without one or with another scheme. RFC 6750, section 2.1. */
export function bearerToken(authorization: string | null | undefined): string {
  const [, credentials] = /^bearer (.*)$/is.exec(authorization ?? '') ?? []
  const token = credentials?.trim()
  if (!token) throw new MissingToken()
  return token
}

/** A signed JWT by its form: three parts (RFC 7515, section 3.1). The signature may be empty, and is then refused later on. */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)
}

/** A web nonce by its form: opaque base64url. What is not even that is not asked about. */
export function looksLikeWebNonce(token: string): boolean {
  return /^[\w-]{20,256}$/.test(token)
}
