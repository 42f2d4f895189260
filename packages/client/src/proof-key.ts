import { encodeBase64url } from './base64url.ts'
import { BatonError } from './error.ts'

/** The part of the Web Cryptography API that this library needs. */
export type WebCrypto = {
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): unknown
  subtle: { digest(algorithm: 'SHA-256', data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> }
}

/**
 * Returns 256 random bits as 43 base64url characters, which also make a code verifier (RFC 7636, section
 * 4.1). Throws `invalid_argument`.
 */
export function randomText(crypto: WebCrypto | undefined): string {
  const bytes = new Uint8Array(32)
  required(crypto).getRandomValues(bytes)
  return encodeBase64url(bytes)
}

/** Returns the S256 challenge of a verifier (RFC 7636, section 4.2). Throws `invalid_argument`. */
export async function challengeOf(verifier: string, crypto: WebCrypto | undefined): Promise<string> {
  const digest = await required(crypto).subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return encodeBase64url(new Uint8Array(digest))
}

function required(crypto: WebCrypto | undefined): WebCrypto {
  if (typeof crypto?.getRandomValues === 'function' && typeof crypto.subtle?.digest === 'function')
    return crypto
  throw new BatonError('invalid_argument', 'Web Crypto is missing here: pass one as the option crypto')
}
