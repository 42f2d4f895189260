import type { Context } from './context.ts'
import { BatonError } from './error.ts'
import { keepWebNonce } from './keep-web-nonce.ts'

/**
 * Signs in with an ID token, which Baton checks, and keeps the web nonce.
 * Throws `invalid_argument`, `network`, `refused`, `storage`, `unsupported_response`; `signed_out` when
 * `signOut` was called meanwhile.
 */
export async function signInWithIdToken(idToken: string, context: Context): Promise<void> {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(idToken))
    throw new BatonError('invalid_argument', 'idToken must be a signed JWT')
  await keepWebNonce(idToken, context.sessions.signOuts(), context)
}
