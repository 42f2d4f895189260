import type { Request, RequestHandler } from 'express'
import type { Application } from './application.ts'
import { InvalidLogoutToken, verifyLogoutToken } from './logout-token.ts'

/**
 * Creates the handler that ends the sessions that a logout token names (OpenID Connect Back-Channel Logout,
 * section 2.5).
 */
export function backchannelLogout(application: Application): RequestHandler {
  return async (request, response) => {
    try {
      const { sub, sid } = await readLogoutToken(application, request)
      application.sessions.removeWhere(
        (session) => (sid === undefined || session.sid === sid) && (sub === undefined || session.sub === sub),
      )
    } catch (error) {
      if (!(error instanceof InvalidLogoutToken)) throw error
      response.status(400).json({ error: 'invalid_request', error_description: error.message })
      return
    }
    response.status(200).end()
  }
}

async function readLogoutToken({ provider, issuer, clientId }: Application, request: Request) {
  const token = request.body?.logout_token
  if (typeof token !== 'string' || token === '')
    throw new InvalidLogoutToken('Exactly one logout_token is needed.')
  const { keys } = await provider()
  return verifyLogoutToken(token, { keys, issuer, clientId })
}
