import { decodeJwt, decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { displayProfile } from '#lib/accounts/person.ts'
import { isUsableSubject } from '#lib/accounts/subject.ts'
import type { TrustedIssuer } from '#lib/config/trusted-issuers.ts'
import type { ShownProfile } from '#lib/db/users.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import { authenticationMethods, authenticationTime } from './authentication.ts'
import type { Authorize } from './authorized-client.ts'
import { refused } from './refused.ts'
import { requireIdToken } from './require-id-token.ts'
import { verifySignature } from './verify-signature.ts'

/** Seconds by which clocks may differ. */
export const clockTolerance = 10

export type IdToken = {
  issuer: string
  subject: string
  /** The client whose sign-in the token proves. */
  clientId: string
  amr: string[]
  /** When the person authenticated, if the issuer says so. */
  authTime: Date | null
  issuedAt: Date
  /** When it stops being accepted. */
  goodUntil: Date
  claims: JWTPayload
  /** What is shown of the person. */
  profile: ShownProfile
}

type IdTokenRules = {
  trustedIssuers: TrustedIssuer[]
  /** Checks what the token was issued for. */
  authorize: Authorize
  keysOf(issuer: string): Promise<JWTVerifyGetKey>
}

/**
 * Checks an ID token that an app presents as proof of its user's sign-in: signature, algorithm, issuer,
 * audience, authorized party, times, subject, and that it is an ID token. Throws `invalid_grant` when any of
 * them is wrong, and `temporarily_unavailable` when the issuer's keys cannot be fetched. OpenID Connect Core
 * 1.0, section 3.1.3.7; RFC 8725.
 */
export async function verifyIdToken(token: string, rules: IdTokenRules): Promise<IdToken> {
  const trusted = trustedIssuerOf(token, rules.trustedIssuers)
  const claims = await verified(token, trusted, await rules.keysOf(trusted.issuer))
  const subject = claims[trusted.subjectClaim]
  if (!isUsableSubject(subject)) throw refused(`its ${trusted.subjectClaim} claim is no usable subject`)
  return {
    issuer: trusted.issuer,
    subject,
    clientId: rules.authorize(claims, trusted),
    amr: authenticationMethods(claims),
    authTime: authenticationTime(claims),
    issuedAt: new Date((claims.iat as number) * 1000),
    goodUntil: new Date((goodUntilOf(claims, trusted) + clockTolerance) * 1000),
    claims,
    profile: displayProfile(claims),
  }
}

function goodUntilOf({ exp = 0, iat = 0 }: JWTPayload, { maxTokenAge }: TrustedIssuer): number {
  return Math.min(exp, iat + maxTokenAge)
}

/**
 * Throws `invalid_grant` for a header that says what is no ID token. An access token or a logout token does
 * not prove a sign-in (RFC 8725, section 3.11).
 */
export function requireType({ typ }: { typ?: string }): void {
  if (typ !== undefined && !/^(application\/)?jwt$/i.test(typ)) throw refused(`its type is ${typ}`)
}

// Reads the unverified `iss`, only to choose the keys that must have signed the token.
function trustedIssuerOf(token: string, trustedIssuers: TrustedIssuer[]): TrustedIssuer {
  try {
    requireType(decodeProtectedHeader(token))
    const { iss } = decodeJwt(token)
    const trusted = trustedIssuers.find(({ issuer }) => issuer === iss)
    if (!trusted) throw refused('its issuer is not trusted')
    return trusted
  } catch (error) {
    throw isOAuthError(error) ? error : refused('it is no JWT', error)
  }
}

async function verified(token: string, trusted: TrustedIssuer, keys: JWTVerifyGetKey): Promise<JWTPayload> {
  const rules = {
    issuer: trusted.issuer,
    algorithms: trusted.algorithms,
    requiredClaims: ['sub', 'exp', 'iat'],
    maxTokenAge: trusted.maxTokenAge,
    clockTolerance,
  }
  try {
    const { payload } = await verifySignature(token, keys, rules)
    requireIdToken(payload, trusted)
    if (!isUsableSubject(payload.sub)) throw refused('its sub is no usable subject')
    return payload
  } catch (error) {
    throw isOAuthError(error) ? error : refused('it does not verify', error)
  }
}
