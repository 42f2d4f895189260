import type { Response } from 'express'
import * as openid from 'openid-client'
import type { Application } from './application.ts'
import { keepFlowId } from './cookies.ts'

const NONCE_AUTHENTICATION = 'urn:baton:authentication:nonce'

export type SignInWish = {
  /** An absolute URL of the web application. */
  returnTo: string
  handoffNonce?: string
  loginHint?: string
}

/**
 * Redirects the browser to Baton for a sign-in with code and PKCE, using the hand-off nonce if there is one.
 *
 * @throws {ProviderUnavailable}
 */
export async function beginSignIn(
  application: Application,
  response: Response,
  { returnTo, handoffNonce, loginHint }: SignInWish,
): Promise<void> {
  const { configuration } = await application.provider()
  const flow = {
    state: openid.randomState(),
    nonce: openid.randomNonce(),
    verifier: openid.randomPKCECodeVerifier(),
    returnTo,
  }
  const authorization = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: application.redirectUri,
    scope: 'openid profile',
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(handoffNonce !== undefined && byNonce(handoffNonce)),
  })

  keepFlowId(response, flow.state, application.flows.add(flow), application.webUrl)
  response.redirect(303, authorization.href)
}

// A person already signed in at Baton must not be taken for the person of the nonce.
function byNonce(handoffNonce: string) {
  return { login_hint_token: handoffNonce, acr_values: NONCE_AUTHENTICATION, prompt: 'login' }
}
