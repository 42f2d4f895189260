import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { type AccessToken, textClaim, timeClaim } from './caller.ts'
import { InvalidToken, ResourceServerError, Unavailable } from './errors.ts'
import type { TrustedIssuer } from './options.ts'
import { isBoundTo } from './token.ts'

const clockTolerance = 10

/** A trusted issuer and its key finder. */
type IssuerWithKeys = Required<TrustedIssuer> & { keys: JWTVerifyGetKey }

/**
 * Checks a JWT access token: form, issuer, algorithm, signature by the issuer's keys, type, audience, times,
 * subject, and that it is bound to the key with the thumbprint `jkt`, or to none. One of type `at+jwt` also
 * has `iat`, `jti` and `client_id`; an issuer with a `typ` of its own follows another profile. Throws
 * `InvalidToken`, and `Unavailable` when the issuer's keys cannot be fetched. RFC 9068, sections 2.2 and 4;
 * RFC 8725.
 */
export async function verifyAccessToken(
  token: string,
  issuers: readonly IssuerWithKeys[],
  clock: () => number,
  jkt?: string,
): Promise<AccessToken> {
  const trusted = trustedIssuerOf(token, issuers)
  const claims = await verified(token, trusted, clock)
  const sub = textClaim(claims, 'sub')
  if (sub === undefined) throw new InvalidToken('sub')
  if (isRfc9068(trusted)) requireRfc9068(claims)
  if (!isBoundTo(claims.cnf, jkt)) throw new InvalidToken('cnf')
  return {
    kind: 'access_token',
    issuer: trusted.issuer,
    sub,
    sid: textClaim(claims, 'sid'),
    clientId: textClaim(claims, 'client_id'),
    authTime: timeClaim(claims, 'auth_time'),
    name: textClaim(claims, 'name'),
    expiresAt: claims.exp as number,
    claims,
  }
}

// Reads `iss` before anything is verified, only to choose whose keys must have signed the token.
function trustedIssuerOf(token: string, issuers: readonly IssuerWithKeys[]): IssuerWithKeys {
  let iss: unknown
  try {
    iss = decodeJwt(token).iss
  } catch {
    throw new InvalidToken('no claims')
  }
  const trusted = issuers.find(({ issuer }) => issuer === iss)
  if (!trusted) throw new InvalidToken('iss')
  return trusted
}

async function verified(token: string, trusted: IssuerWithKeys, clock: () => number): Promise<JWTPayload> {
  const rules = {
    issuer: trusted.issuer,
    audience: trusted.audience,
    algorithms: [...trusted.algorithms],
    typ: trusted.typ,
    requiredClaims: ['sub', 'exp'],
    clockTolerance,
    currentDate: new Date(clock()),
  }
  try {
    const { payload } = await jwtVerify(token, trusted.keys, rules).catch((error) =>
      tryEach(error, token, rules),
    )
    return payload
  } catch (error) {
    if (error instanceof ResourceServerError) throw error
    if (error instanceof errors.JWTExpired) throw new InvalidToken('exp', 'the access token has expired')
    if (error instanceof errors.JWTClaimValidationFailed) throw new InvalidToken(error.claim)
    if (error instanceof errors.JOSEError) throw new InvalidToken(error.code)
    // For example a key that is too short.
    throw new Unavailable(`usable keys of ${trusted.issuer}`, error)
  }
}

function isRfc9068({ typ }: IssuerWithKeys): boolean {
  return /^(application\/)?at\+jwt$/i.test(typ)
}

// RFC 9068, section 2.2.
function requireRfc9068(claims: JWTPayload): void {
  if (timeClaim(claims, 'iat') === undefined) throw new InvalidToken('iat')
  for (const name of ['jti', 'client_id'])
    if (textClaim(claims, name) === undefined) throw new InvalidToken(name)
}

// A token without `kid` may match several keys of its issuer: try each.
async function tryEach(error: unknown, token: string, rules: Parameters<typeof jwtVerify>[2]) {
  if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
  for await (const key of error) {
    try {
      return await jwtVerify(token, key, rules)
    } catch (next) {
      if (!(next instanceof errors.JWSSignatureVerificationFailed)) throw next
    }
  }
  throw new errors.JWSSignatureVerificationFailed()
}
