import { decodeJwt, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { isUsableSubject } from '#lib/accounts/subject.ts'
import type { Operator } from '#lib/config/operators.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { verifySignature } from './verify-signature.ts'

// Okta writes the first; the draft names none.
const ownType = 'global-token-revocation+jwt'
const types = new Set([ownType, 'jwt'])
/** Claims of access tokens, ID tokens and logout tokens, as issuers write them. */
const ofOtherKinds = [
  ...(['scope', 'scp', 'client_id', 'cid', 'azp', 'typ', 'token_use', 'purpose'] as const),
  ...(['nonce', 'at_hash', 'c_hash', 's_hash', 'auth_time', 'sid', 'events'] as const),
]
const clockTolerance = 10
/** Seconds that `exp` may be ahead. */
const longestAhead = 300

/** A JWT by which an operator calls. */
type OperatorToken = {
  operator: Operator
  jti: string
  /** The end of the time in which it could be replayed. */
  expiresAt: Date
}

type Rules = {
  operators: Operator[]
  /** The URL that is called. */
  audience: string
  keysOf(operator: Operator): JWTVerifyGetKey
}

/**
 * Checks the JWT by which an operator calls: signature, algorithm, type, issuer, audience and times. The
 * caller has to check that it was not sent before. Throws `invalid_token` when it is not acceptable, and
 * `temporarily_unavailable` when the operator's keys cannot be fetched.
 * draft-parecki-oauth-global-token-revocation-06, section 3.5; RFC 7523, section 3.
 */
export async function verifyOperatorToken(token: string, rules: Rules): Promise<OperatorToken> {
  const operator = operatorOf(token, rules.operators)
  const { aud, jti, iat, exp = 0 } = await verified(token, operator, rules)
  // Another receiver of the same JWT could bring it here.
  if ([aud ?? []].flat().some((each) => each !== rules.audience))
    throw refused(`its aud is not ${rules.audience} alone`)
  const now = Date.now() / 1000
  if (exp > now + longestAhead + clockTolerance) throw refused('its exp is more than five minutes ahead')
  if (iat !== undefined && !(typeof iat === 'number' && iat <= now + clockTolerance))
    throw refused('its iat is in the future')
  if (!isUsableSubject(jti)) throw refused('its jti is no usable text')
  return { operator, jti, expiresAt: new Date((exp + clockTolerance) * 1000) }
}

// Reads the unverified `iss`, only to choose the keys that must have signed the token.
function operatorOf(token: string, operators: Operator[]): Operator {
  try {
    const { iss } = decodeJwt(token)
    const operator = operators.find(({ issuer }) => issuer === iss)
    if (!operator) throw refused('its issuer is no operator')
    return operator
  } catch (error) {
    throw isOAuthError(error) ? error : refused('it is no JWT', error)
  }
}

async function verified(token: string, operator: Operator, { audience, keysOf }: Rules): Promise<JWTPayload> {
  try {
    const { payload, protectedHeader } = await verifySignature(token, keysOf(operator), {
      issuer: operator.issuer,
      audience,
      algorithms: operator.algorithms,
      requiredClaims: ['exp', 'jti'],
      clockTolerance,
    })
    const typ = protectedHeader.typ?.toLowerCase().replace(/^application\//, '')
    if (typ !== undefined && !types.has(typ)) throw refused(`its type is ${typ}`)
    // Without a type of its own it may be one that anybody gets there (RFC 8725, section 3.12).
    const other = typ === ownType ? undefined : ofOtherKinds.find((claim) => payload[claim] !== undefined)
    if (other) throw refused(`it has ${other}, as a token of another kind, and its type is not ${ownType}`)
    return payload
  } catch (error) {
    throw isOAuthError(error) ? error : refused('it does not verify', error)
  }
}

function refused(detail: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_token', 'the token is not acceptable', { detail, cause })
}
