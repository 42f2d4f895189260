import { decodeJwt, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { isUsableSubject } from '#lib/accounts/subject.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { verifySignature } from './verify-signature.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const types = new Set(['jwt', 'logout+jwt'])
const clockTolerance = 10
/** Seconds since `iat`: providers send logout tokens immediately. */
const maxTokenAge = 600

/** An issuer that may send logout tokens, with the client IDs of Baton and its apps there. */
export type LogoutSender = { issuer: string; clients: string[]; algorithms: string[] }

type LogoutToken = {
  issuer: string
  /** The clients that the token is for. */
  clients: string[]
  /**
   * What has ended: the provider's session `sid`, or all sessions of `subject`. At least one of them is set.
   */
  subject: string | undefined
  sid: string | undefined
  jti: string
  /** The end of the time in which the token could be replayed. */
  expiresAt: Date
}

type Rules = { senders: LogoutSender[]; keysOf(issuer: string): Promise<JWTVerifyGetKey> }

/**
 * Checks a logout token: signature, algorithm, type, issuer, audience, times, event, and the absence of
 * `nonce`. The caller has to check that the token was not sent before. Throws `invalid_request` when the
 * token is not acceptable, and `temporarily_unavailable` when the issuer's keys cannot be fetched. OpenID
 * Connect Back-Channel Logout 1.0, section 2.6.
 */
export async function verifyLogoutToken(token: string, { senders, keysOf }: Rules): Promise<LogoutToken> {
  const sender = senderOf(token, senders)
  const claims = await verified(token, sender, await keysOf(sender.issuer))
  const { sub, sid, jti, iat = 0, exp = 0 } = claims
  // These tell a logout token from an ID token: neither must be accepted as the other.
  if ('nonce' in claims) throw refused('it has a nonce')
  if (!isObject(claims.events) || !isObject(claims.events[event])) throw refused('it has no logout event')
  if (sub === undefined && sid === undefined) throw refused('it has neither sub nor sid')
  for (const claim of [sub, sid, jti])
    if (claim !== undefined && !isUsableSubject(claim)) throw refused('its sub, sid or jti is no usable text')
  return {
    issuer: sender.issuer,
    clients: [claims.aud ?? []].flat().filter((client) => sender.clients.includes(client)),
    subject: sub,
    sid: sid as string | undefined,
    jti: jti as string,
    expiresAt: new Date((Math.min(exp, iat + maxTokenAge) + clockTolerance) * 1000),
  }
}

// Reads the unverified `iss`, only to choose the keys that must have signed the token.
function senderOf(token: string, senders: LogoutSender[]): LogoutSender {
  try {
    const { iss } = decodeJwt(token)
    const sender = senders.find(({ issuer }) => issuer === iss)
    if (!sender) throw refused('its issuer is not known here')
    return sender
  } catch (error) {
    throw isOAuthError(error) ? error : refused('it is no JWT', error)
  }
}

async function verified(token: string, sender: LogoutSender, keys: JWTVerifyGetKey): Promise<JWTPayload> {
  try {
    const { payload, protectedHeader } = await verifySignature(token, keys, {
      issuer: sender.issuer,
      audience: sender.clients,
      algorithms: sender.algorithms,
      requiredClaims: ['iat', 'exp', 'jti'],
      maxTokenAge,
      clockTolerance,
    })
    const typ = protectedHeader.typ?.toLowerCase().replace(/^application\//, '')
    if (typ !== undefined && !types.has(typ)) throw refused(`its type is ${typ}`)
    return payload
  } catch (error) {
    throw isOAuthError(error) ? error : refused('it does not verify', error)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refused(detail: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_request', 'the logout token is not acceptable', { detail, cause })
}
