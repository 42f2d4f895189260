import type { RequestHandler, Response } from 'express'
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import { issuerKeys, KeysUnavailable } from './issuers.ts'

class InvalidToken extends Error {}

// What goes wrong while the keys are fetched says nothing about the token.
const KEY_TROUBLE = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']

/** Makes the step that lets only requests with a good JWT access token through, its claims in `res.locals.claims` (RFC 6750, RFC 9068). */
export function requireBearer({
  issuers,
  audience,
}: {
  issuers: readonly string[]
  audience: string
}): RequestHandler {
  const keysOf = issuerKeys(issuers)

  async function verify(token: string): Promise<JWTPayload> {
    const keys = await keysOf(claimedIssuer(token))
    if (!keys) throw new InvalidToken('The issuer is not trusted here.')
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: claimedIssuer(token),
        audience,
        typ: 'at+jwt',
        algorithms: ['RS256', 'ES256'],
        requiredClaims: ['exp', 'sub'],
      })
      return payload
    } catch (error) {
      if (!(error instanceof errors.JOSEError) || KEY_TROUBLE.includes(error.code))
        throw new KeysUnavailable('no keys', { cause: error })
      throw new InvalidToken(
        error instanceof errors.JWTExpired
          ? 'The access token has expired.'
          : 'The access token is not good here.',
      )
    }
  }

  return async (request, response, next) => {
    const token = /^bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (!token) return challenge(response)
    try {
      response.locals.claims = await verify(token)
    } catch (error) {
      if (error instanceof InvalidToken) return challenge(response, error.message)
      if (!(error instanceof KeysUnavailable)) throw error
      response.status(503).set('Retry-After', '1')
      response.json({
        error: 'temporarily_unavailable',
        error_description: 'The keys of the issuer cannot be had.',
      })
      return
    }
    next()
  }
}

function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch {
    throw new InvalidToken('The access token is no JWT.')
  }
}

// Without credentials the challenge names no error (RFC 6750, section 3.1).
function challenge(response: Response, description?: string): void {
  const error = description ? `, error="invalid_token", error_description="${description}"` : ''
  response.status(401).set('WWW-Authenticate', `Bearer realm="demo-backend"${error}`)
  response.set('Cache-Control', 'no-store')
  response.json({ error: 'invalid_token', error_description: description ?? 'An access token is needed.' })
}
