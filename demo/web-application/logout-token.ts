import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { ProviderUnavailable } from './provider.ts'

export class InvalidLogoutToken extends Error {}

export type EndedSession = { sub: string | undefined; sid: string | undefined }

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const TYPES = [undefined, 'jwt', 'logout+jwt', 'application/logout+jwt']
// Errors while fetching the keys say nothing about the token.
const KEY_TROUBLE = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']

/**
 * Verifies a logout token. Returns the session that ended, or the person whose sessions ended (OpenID Connect
 * Back-Channel Logout, section 2.6).
 *
 * @throws {InvalidLogoutToken}
 * @throws {ProviderUnavailable} when the provider's keys are unavailable.
 */
export async function verifyLogoutToken(
  token: string,
  { keys, issuer, clientId }: { keys: JWTVerifyGetKey; issuer: string; clientId: string },
): Promise<EndedSession> {
  const { payload, type } = await verifySignature(token, keys, { issuer, audience: clientId })
  const { sub, sid, events } = payload
  if (!TYPES.includes(type)) throw new InvalidLogoutToken('The token has another type.')
  // An ID token must not end a session, and only an ID token has a nonce.
  if ('nonce' in payload) throw new InvalidLogoutToken('A logout token must not have a nonce.')
  if (!isObject(events) || !isObject(events[EVENT]))
    throw new InvalidLogoutToken('The token has no logout event.')
  if (sid !== undefined && typeof sid !== 'string') throw new InvalidLogoutToken('sid is not a string.')
  if (!sub && !sid) throw new InvalidLogoutToken('The token has neither sub nor sid.')
  return { sub, sid }
}

async function verifySignature(
  token: string,
  keys: JWTVerifyGetKey,
  expected: { issuer: string; audience: string },
): Promise<{ payload: JWTPayload; type: string | undefined }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      ...expected,
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
      requiredClaims: ['iat', 'exp', 'jti'],
      clockTolerance: 10,
    })
    return { payload, type: protectedHeader.typ?.toLowerCase() }
  } catch (error) {
    if (!(error instanceof errors.JOSEError) || KEY_TROUBLE.includes(error.code))
      throw new ProviderUnavailable('no keys', { cause: error })
    throw new InvalidLogoutToken('The token is not valid here.', { cause: error })
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
