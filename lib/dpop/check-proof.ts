import type { Config } from '#lib/config/load.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { isServerNonce } from './server-nonce.ts'
import { type Proof, type ProvenRequest, verifyProof } from './verify-proof.ts'

/** Seconds around now in which a proof without a nonce has to be made. */
const recent = 60

/** Seconds for which a proof that was good could be so again: the last is one of a clock that is ahead. */
export const proofsLast = 2 * recent + 30

/**
 * Verifies the proof of a request and that it is recent: by a nonce of Baton's, or by its own time. With
 * `nonceSince` (seconds since the epoch) it needs a nonce that was made from then on. A device whose clock is
 * wrong is told to use a nonce. Throws `invalid_dpop_proof` and `use_dpop_nonce`. RFC 9449, sections 4.3, 9.
 */
export async function checkProof(
  sent: string | undefined,
  request: ProvenRequest,
  { secrets }: Pick<Config, 'secrets'>,
  { nonceSince }: { nonceSince?: number | undefined } = {},
): Promise<Proof> {
  if (!sent) throw new OAuthError('invalid_dpop_proof', 'send a DPoP proof', { byDpop: true })
  const proof = await verifyProof(sent, request)
  const { nonce, iat } = proof
  const isRecent =
    nonce === undefined
      ? nonceSince === undefined && Math.abs(numericDate(new Date()) - iat) <= recent
      : isServerNonce(nonce, secrets, nonceSince)
  if (!isRecent)
    throw new OAuthError('use_dpop_nonce', 'put the nonce of the header DPoP-Nonce into the DPoP proof', {
      byDpop: true,
    })
  return proof
}

/** The refusal of a proof that was used before. RFC 9449, section 11.1. */
export function usedBefore(): OAuthError {
  return new OAuthError('invalid_dpop_proof', 'this DPoP proof was used before', { byDpop: true })
}
