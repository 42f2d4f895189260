import { jsonOf, textOf } from './answer.ts'
import { BatonError } from './error.ts'
import type { Settings } from './options.ts'
import { send } from './send.ts'

/** The identity provider's tokens, for apps that ask for them. This library keeps none of them. */
export type ProviderTokens = {
  idToken: string
  accessToken: string | undefined
  refreshToken: string | undefined
  /** Lifetime of the access token, in seconds. */
  expiresIn: number | undefined
}

/**
 * Exchanges an authorization code for the provider's tokens (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
 * Throws `network`, `sign_in_failed`, `unsupported_response`.
 */
export async function exchangeCode(
  tokenEndpoint: string,
  grant: { code: string; codeVerifier: string; redirectUri: string; clientId: string },
  settings: Settings,
): Promise<ProviderTokens> {
  const form = {
    grant_type: 'authorization_code',
    code: grant.code,
    redirect_uri: grant.redirectUri,
    code_verifier: grant.codeVerifier,
    client_id: grant.clientId,
  }
  const json = asSignIn(await send(tokenEndpoint, { form }, settings))
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = json
  return {
    idToken: textOf(json, 'id_token'),
    accessToken: typeof accessToken === 'string' ? accessToken : undefined,
    refreshToken: typeof refreshToken === 'string' ? refreshToken : undefined,
    expiresIn: typeof expiresIn === 'number' ? expiresIn : undefined,
  }
}

// A refusal here comes from the identity provider, not from Baton.
function asSignIn(answer: Parameters<typeof jsonOf>[0]): Record<string, unknown> {
  try {
    return jsonOf(answer)
  } catch (error) {
    if (!(error instanceof BatonError) || error.code === 'unsupported_response') throw error
    const { description, status } = error
    throw new BatonError('sign_in_failed', description, { status, error: error.error })
  }
}
