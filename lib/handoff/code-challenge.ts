import { sha256 } from '#lib/crypto/digest.ts'
import { OAuthError } from '#lib/oauth/error.ts'

/**
 * The challenge that binds a nonce to a verifier, or `null` when the request has none. The method must be
 * `S256`; without a method it would be `plain`. Throws `invalid_request`. RFC 7636, sections 4.2 and 4.3.
 */
export function codeChallenge(challenge: string | undefined, method: string | undefined): string | null {
  if (challenge === undefined && method === undefined) return null
  if (method !== 'S256') throw new OAuthError('invalid_request', 'code_challenge_method must be S256')
  if (!challenge || !/^[A-Za-z0-9_-]{43}$/.test(challenge))
    throw new OAuthError('invalid_request', 'code_challenge must be 43 base64url characters')
  return challenge
}

/** The challenge of a verifier; `null` for an invalid verifier. RFC 7636, section 4.1. */
export function challengeOf(verifier: string | undefined): string | null {
  if (!verifier || !/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return null
  return sha256(verifier).toString('base64url')
}
