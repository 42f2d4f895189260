import type { Context } from 'oidc-provider'
import { sha256 } from '#lib/crypto/digest.ts'

/** Puts the nonce's SHA-256 in its place before anything of the request is stored: that is all it takes to spend it here. */
export function hideNonce({ oidc }: Context, nonce: string | undefined): void {
  if (oidc?.params && nonce) oidc.params.login_hint_token = sha256(nonce).toString('base64url')
}
