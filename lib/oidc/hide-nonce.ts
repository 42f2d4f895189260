import { sha256 } from '#lib/crypto/digest.ts'
import type { Context } from './types.ts'

/**
 * Replaces the hand-off nonce of a request by its SHA-256 before the library stores the request: the hash is
 * enough to redeem the nonce here, and nowhere else.
 */
export function hideNonce({ oidc }: Context, nonce: string | undefined): void {
  if (oidc.params && nonce) oidc.params.login_hint_token = sha256(nonce).toString('base64url')
}
