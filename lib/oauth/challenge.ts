import { proofAlgorithms } from './signature-algorithms.ts'

type Refusal = { code: string; description: string }

/**
 * The value of `WWW-Authenticate` for a refused bearer call; without an error when no credentials were sent
 * (RFC 6750, section 3).
 */
export function bearerChallenge(error?: Refusal): string {
  return error ? `Bearer ${named(error)}` : 'Bearer'
}

/** The same for a call that came by the DPoP scheme (RFC 9449, section 7.1). */
export function dpopChallenge(error: Refusal): string {
  return `DPoP ${named(error)}, algs="${proofAlgorithms.join(' ')}"`
}

function named({ code, description }: Refusal): string {
  return `error="${code}", error_description="${description.replace(/["\\]/g, "'")}"`
}
