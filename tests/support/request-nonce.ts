import { createHash, randomBytes } from 'node:crypto'
import { notThere, PhoneError } from '../../demo/phone/errors.ts'

export type NonceAnswer = { nonce: string; expires_in: number; handoff_uri: string }

export type NonceRequest = {
  batonUrl: string
  idToken: string
  target?: string
  redirectTo?: string
  /** Binds the nonce to this verifier. */
  verifier?: string
}

/** Makes a verifier to bind a nonce to (RFC 7636, section 4.1). */
export function createVerifier(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * Asks Baton for a hand-off nonce with an ID token as proof.
 *
 * @throws {PhoneError} when Baton is not there or refuses.
 */
export async function requestNonce({
  batonUrl,
  idToken,
  target,
  redirectTo,
  verifier,
}: NonceRequest): Promise<NonceAnswer> {
  const form = new URLSearchParams({ token: idToken })
  if (target !== undefined) form.set('target', target)
  if (redirectTo !== undefined) form.set('redirect_to', redirectTo)
  if (verifier !== undefined) {
    form.set('code_challenge', createHash('sha256').update(verifier).digest('base64url'))
    form.set('code_challenge_method', 'S256')
  }

  let response: Response
  try {
    response = await fetch(`${batonUrl}/api/nonce`, { method: 'POST', body: form, redirect: 'error' })
  } catch (error) {
    throw notThere(error, 'Baton', batonUrl)
  }

  const answer = (await response.json().catch(() => ({}))) as Partial<NonceAnswer> & Record<string, unknown>
  if (response.ok && answer.nonce && answer.handoff_uri) return answer as NonceAnswer
  const reason = [answer.error, answer.error_description].filter(Boolean).join(': ')
  throw new PhoneError(`Baton gave no nonce (status ${response.status}): ${reason || 'no reason given'}`)
}
