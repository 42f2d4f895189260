import type { RequestHandler } from 'express'
import type { Application } from './application.ts'
import { sessionIdOf } from './cookies.ts'

/** Creates the handler that answers `{sub, acr, amr, auth_time}` from the ID token. */
export function me({ sessions }: Application): RequestHandler {
  return (request, response) => {
    const session = sessions.find(sessionIdOf(request))
    if (!session) {
      response.status(401).json({ error: 'invalid_token', error_description: 'Nobody is signed in here.' })
      return
    }
    const { sub, acr, amr, authTime } = session
    response.json({ sub, acr, amr, auth_time: authTime })
  }
}
