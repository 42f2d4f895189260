import type { Request } from 'express'
import * as client from 'openid-client'
import { type AuthenticateOptions, Strategy } from 'openid-client/passport'

declare global {
  namespace Express {
    interface User {
      sub: string
      name: string
      acr: string | undefined
    }
  }
}

const { BATON_URL, APP_URL, CLIENT_ID, CLIENT_SECRET } = process.env as Record<string, string>

export const issuer = `${BATON_URL}/oidc`

export const configuration = await client.discovery(
  new URL(issuer),
  CLIENT_ID,
  undefined,
  client.ClientSecretBasic(CLIENT_SECRET),
  // The demo has no https.
  { execute: issuer.startsWith('http://') ? [client.allowInsecureRequests] : [] },
)

export type HandOff = AuthenticateOptions & { handOffNonce?: string }

/** The strategy of openid-client, which uses PKCE, with the hand-off nonce that `authenticate` is given. */
class BatonStrategy extends Strategy {
  override authorizationRequestParams(request: Request, options: HandOff) {
    const parameters = new URLSearchParams(super.authorizationRequestParams(request, options))
    parameters.set('state', client.randomState())
    parameters.set('nonce', client.randomNonce())
    if (options.handOffNonce) {
      parameters.set('login_hint_token', options.handOffNonce)
      parameters.set('acr_values', 'urn:baton:authentication:nonce')
      // The person who is signed in at Baton may be somebody else.
      parameters.set('prompt', 'login')
    }
    return parameters
  }
}

export const strategy = new BatonStrategy(
  { config: configuration, scope: 'openid profile', callbackURL: `${APP_URL}/callback` },
  async (tokens, done) => {
    const { sub, acr } = tokens.claims() as client.IDToken & { acr?: string }
    // Baton tells the name at its userinfo endpoint, not in the ID token.
    const { name = sub } = await client.fetchUserInfo(configuration, tokens.access_token, sub)
    done(null, { sub, name, acr })
  },
)
