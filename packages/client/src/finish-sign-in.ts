import { authorizationResponse, codeOf } from './authorization-response.ts'
import { checkIdToken, type IdTokenClaims } from './check-id-token.ts'
import type { Context } from './context.ts'
import { exchangeCode, type ProviderTokens } from './exchange-code.ts'
import { keepWebNonce } from './keep-web-nonce.ts'

export type SignedIn = {
  /** The signed-in person, in the identity provider's words. */
  claims: IdTokenClaims
  /** Present when `keepTokens` is set. The app must keep them safe. */
  tokens?: ProviderTokens
}

/**
 * Finishes the sign-in that a callback belongs to and keeps its web nonce. A callback works once.
 * Throws `state_mismatch`, `sign_in_failed`, `id_token_invalid`, `network`, `refused`, `storage`,
 * `unsupported_response`; `signed_out` when `signOut` was called meanwhile.
 */
export async function finishSignIn(
  callbackUrl: string | URL,
  { keepTokens = false }: { keepTokens?: boolean },
  context: Context,
): Promise<SignedIn> {
  const { settings, sessions, pendingSignIns, identityProvider } = context
  const since = sessions.signOuts()
  const response = authorizationResponse(callbackUrl)
  // Fetch the metadata before taking the sign-in: without a network the same callback can be tried again.
  const { options, metadata } = await identityProvider()
  const { nonce, codeVerifier, redirectUri } = await pendingSignIns.take(response.state)
  const { issuer, clientId } = options
  const code = codeOf(response, { issuer, sendsIssuer: metadata.sendsIssuer })
  const grant = { code, codeVerifier, redirectUri, clientId }
  const tokens = await exchangeCode(metadata.tokenEndpoint, grant, settings)
  const claims = checkIdToken(tokens.idToken, { issuer, clientId, nonce, now: settings.now() })

  await keepWebNonce(tokens.idToken, since, context)
  return keepTokens ? { claims, tokens } : { claims }
}
