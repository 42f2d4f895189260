import type { RequestHandler } from 'express'
import * as openid from 'openid-client'
import type { Application } from './application.ts'
import { forgetSessionId, sessionIdOf } from './cookies.ts'

/**
 * Creates the handler that ends the session here, then at Baton (OpenID Connect RP-Initiated Logout, section
 * 2).
 */
export function signOut({ sessions, provider, webUrl }: Application): RequestHandler {
  return async (request, response) => {
    const session = sessions.take(sessionIdOf(request))
    forgetSessionId(response, webUrl)
    if (!session) return response.redirect(303, `${webUrl}/`)

    const { configuration } = await provider()
    const endSession = openid.buildEndSessionUrl(configuration, {
      id_token_hint: session.idToken,
      post_logout_redirect_uri: `${webUrl}/`,
    })
    response.redirect(303, endSession.href)
  }
}
