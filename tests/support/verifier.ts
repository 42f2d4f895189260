import { createHash, randomBytes } from 'node:crypto'

/** A new verifier, and the form fields that bind a nonce to it (RFC 7636, section 4). */
export function newVerifier(): { verifier: string; challenge: Record<string, string> } {
  const verifier = randomBytes(32).toString('base64url')
  return {
    verifier,
    challenge: {
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    },
  }
}
