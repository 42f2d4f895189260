import type { Context } from './context.ts'
import { BatonError } from './error.ts'
import { challengeOf, randomText } from './proof-key.ts'
import { isSecure, parseUrl } from './secure-url.ts'

export type SignInOptions = {
  /**
   * Overrides the client's own redirect URI, such as for a loopback redirect with a random port (RFC 8252,
   * section 7.3).
   */
  redirectUri?: string
  /** The person whom the identity provider should sign in. */
  loginHint?: string
  /** For example `login` or `select_account` (OpenID Connect Core, section 3.1.2.1). */
  prompt?: string
  /**
   * More parameters for the authorization request, such as `ui_locales`. They cannot replace the protocol's
   * own.
   */
  parameters?: Record<string, string>
}

/**
 * Begins a sign-in at the identity provider: an authorization code flow with PKCE (RFC 7636), `state` and
 * `nonce`. Open the URL in the system's browser. An earlier sign-in that is still waiting is discarded.
 * Throws `invalid_argument`, `network`, `storage`, `unsupported_response`.
 */
export async function beginSignIn(
  { redirectUri: ownRedirectUri, loginHint, prompt, parameters = {} }: SignInOptions,
  { settings, identityProvider, pendingSignIns }: Context,
): Promise<{ url: string }> {
  const { options, metadata } = await identityProvider()
  const redirectUri = checked(ownRedirectUri ?? options.redirectUri)
  const pending = {
    state: randomText(settings.crypto),
    nonce: randomText(settings.crypto),
    codeVerifier: randomText(settings.crypto),
    redirectUri,
  }
  const own = {
    response_type: 'code',
    client_id: options.clientId,
    redirect_uri: redirectUri,
    scope: options.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await challengeOf(pending.codeVerifier, settings.crypto),
    code_challenge_method: 'S256',
  }
  const hints = { login_hint: loginHint, prompt }

  const url = new URL(metadata.authorizationEndpoint)
  for (const [name, value] of Object.entries({ ...parameters, ...hints, ...own }))
    if (value !== undefined) url.searchParams.set(name, value)

  await pendingSignIns.begin(pending)
  return { url: url.href }
}

// A code may travel over plain http to the loopback address only. Custom schemes are up to the platform.
function checked(redirectUri: string | undefined): string {
  const url = parseUrl(redirectUri ?? '')
  const isUri = url && !url.hash && /^[\x21-\x7e]+$/.test(redirectUri ?? '')
  if (redirectUri && isUri && (url.protocol !== 'http:' || isSecure(url))) return redirectUri
  throw new BatonError('invalid_argument', 'redirectUri must be an absolute URI (http: for loopback only)')
}
