import * as openid from 'openid-client'
import { notThere } from '../../demo/phone/errors.ts'
import { listenForRedirect } from '../../demo/phone/loopback-redirect.ts'
import { signInWithBrowser } from '../../demo/phone/sign-in-with-browser.ts'

export type PhoneTokens = {
  idToken: string
  accessToken: string
  refreshToken: string | undefined
  /** The ID token's, as the library validated it. */
  claims: openid.IDToken
}

/**
 * Signs in at the identity provider as the native app `demo-phone` does: code + PKCE with a loopback redirect (RFC 8252).
 *
 * @throws {PhoneError} when the identity provider is not there or does not take the password.
 */
export async function signInAsPhone({
  identityProviderUrl,
  user,
  password,
}: {
  identityProviderUrl: string
  user: string
  password: string
}): Promise<PhoneTokens> {
  const config = await discover(identityProviderUrl)
  const redirect = await listenForRedirect()
  try {
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const expectedState = openid.randomState()
    const expectedNonce = openid.randomNonce()
    const authorization = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirect.redirectUri,
      scope: 'openid profile email api',
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
    })

    await signInWithBrowser(authorization, { user, password })
    const tokens = await openid.authorizationCodeGrant(config, await redirect.received, {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      idTokenExpected: true,
    })
    return {
      idToken: tokens.id_token ?? '',
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      claims: tokens.claims() as openid.IDToken,
    }
  } finally {
    redirect.close()
  }
}

async function discover(identityProviderUrl: string): Promise<openid.Configuration> {
  try {
    return await openid.discovery(new URL(identityProviderUrl), 'demo-phone', undefined, openid.None(), {
      execute: [openid.allowInsecureRequests],
    })
  } catch (error) {
    throw notThere(error, 'The identity provider', identityProviderUrl)
  }
}
