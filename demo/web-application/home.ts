import type { RequestHandler } from 'express'
import type { Application } from './application.ts'
import { BadRequest } from './bad-request.ts'
import { beginSignIn } from './begin-sign-in.ts'
import { sessionIdOf } from './cookies.ts'
import { readInitiation } from './initiation.ts'
import { showSignedIn, showSignedOut } from './pages.ts'
import { queryOf } from './query.ts'
import { targetLink } from './target-link.ts'

/**
 * Creates the handler of the start page, which is also the `initiate_login_uri`: a nonce or an issuer begins
 * a sign-in.
 */
export function home(application: Application): RequestHandler {
  return async (request, response) => {
    const { handoffNonce, issuer, loginHint, targetLinkUri } = readInitiation(queryOf(request))
    if (issuer !== undefined && issuer !== application.issuer)
      throw new BadRequest('This address names a provider that is not trusted here.')
    const returnTo = targetLink(targetLinkUri, application.webUrl)

    if (handoffNonce !== undefined || issuer !== undefined)
      return beginSignIn(application, response, { returnTo, handoffNonce, loginHint })
    const session = application.sessions.find(sessionIdOf(request))
    if (session) showSignedIn(response, session)
    else showSignedOut(response)
  }
}

/** Creates the handler that begins an ordinary sign-in. */
export function signIn(application: Application): RequestHandler {
  return (_request, response) =>
    beginSignIn(application, response, { returnTo: targetLink(undefined, application.webUrl) })
}
