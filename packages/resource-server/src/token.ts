import { MissingToken } from './errors.ts'

/** The token of an `Authorization` header, and whether it comes by the DPoP scheme. */
type ShownToken = { token: string; byDpop: boolean }

/**
 * Returns the token of an `Authorization` header. Throws `MissingToken` when there is none or the scheme is
 * another; DPoP is one where proofs can be checked. RFC 6750, section 2.1; RFC 9449, section 7.1.
 */
export function shownToken(
  authorization: string | null | undefined,
  { takesProofs }: { takesProofs: boolean },
): ShownToken {
  const [, scheme, credentials] = /^(bearer|dpop) (.*)$/is.exec(authorization ?? '') ?? []
  const token = credentials?.trim()
  const byDpop = scheme?.toLowerCase() === 'dpop'
  if (!token || (byDpop && !takesProofs)) throw new MissingToken()
  return { token, byDpop }
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

/**
 * Whether the `cnf` of a token names this key and nothing else; without a key, whether there is none: a token
 * that is bound to a key is worth nothing without proof of it (RFC 9449, section 7.2; RFC 8705, section 3).
 */
export function isBoundTo(cnf: unknown, jkt: string | undefined): boolean {
  if (jkt === undefined || typeof cnf !== 'object' || cnf === null)
    return jkt === undefined && cnf === undefined
  return Object.keys(cnf).length === 1 && (cnf as { jkt?: unknown }).jkt === jkt
}
