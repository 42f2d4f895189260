import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { ResourceServer } from '@baton/resource-server'
import { type RequestHandler, urlencoded } from 'express'

const credentials = `Basic ${btoa('demo-token-service:demo-token-service-secret')}`
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'

/**
 * Creates the demo token service, which Baton asks on behalf of its apps. It takes a web nonce, asks Baton
 * for its session, and answers with a token of its own (RFC 8693). No backend of the demo accepts that token;
 * a real service would have backends that do.
 */
export function tokenService({ getSession }: ResourceServer): RequestHandler[] {
  return [
    urlencoded({ extended: false }),
    async (request, response) => {
      response.set('Cache-Control', 'no-store')
      if (!isBaton(request.headers.authorization)) {
        response.status(401).set('WWW-Authenticate', 'Basic realm="demo-token-service"')
        response.json({ error: 'invalid_client' })
        return
      }
      const { grant_type, subject_token } = request.body ?? {}
      const session =
        grant_type === tokenExchange && typeof subject_token === 'string'
          ? await getSession(subject_token, { bound: true })
          : undefined
      if (!session) {
        response
          .status(400)
          .json({ error: 'invalid_request', error_description: 'The web nonce is not valid.' })
        return
      }
      response.json({
        token_type: 'Bearer',
        expires_in: 3600,
        access_token: `demo-${randomBytes(32).toString('base64url')}`,
        scope: 'openid',
      })
    },
  ]
}

function isBaton(authorization = ''): boolean {
  const [given, expected] = [Buffer.from(authorization), Buffer.from(credentials)]
  return given.length === expected.length && timingSafeEqual(given, expected)
}
