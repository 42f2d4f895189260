import type { JWTPayload } from 'jose'
import type { TrustedIssuer } from '#lib/config/trusted-issuers.ts'
import { refused } from './refused.ts'

/** Claims that issuers write to tell the kinds of their tokens apart, and the value of an ID token. */
const kinds = { typ: 'ID', token_use: 'id', purpose: 'id' } as const
/**
 * Claims that access tokens have (RFC 9068, section 2.2; `scp` and `cid` of some issuers), and few ID tokens.
 */
const ofAccessTokens = ['scope', 'scp', 'client_id', 'cid']

/**
 * Refuses a JWT that its issuer did not make as an ID token: every backend that gets an app's access token
 * could become the person otherwise. An ID token has no claim of access tokens, unless it has the hash of an
 * access token or a code as well (OpenID Connect Core 1.0, section 3.1.3.6); where the issuer's `idTokenMark`
 * is configured, the mark decides instead. Throws `invalid_grant`. RFC 8725, section 3.12.
 */
export function requireIdToken(
  claims: JWTPayload,
  { idTokenMark }: Pick<TrustedIssuer, 'idTokenMark'>,
): void {
  for (const require of Object.values(kindRules)) require(claims, { idTokenMark })
}

/** The rules of `requireIdToken`, each for itself. */
export const kindRules: Record<'kind' | 'events' | 'mark', typeof requireIdToken> = {
  kind(claims) {
    for (const [claim, value] of Object.entries(kinds))
      if (claims[claim] !== undefined && claims[claim] !== value)
        throw refused(`its ${claim} is ${JSON.stringify(claims[claim])}, and not "${value}"`)
  },
  // A logout token goes to every application of the issuer (OpenID Connect Back-Channel Logout, section 2.4).
  events(claims) {
    if (claims.events !== undefined) throw refused('it has events, as a logout token')
  },
  mark(claims, { idTokenMark }) {
    if (idTokenMark) requireMark(claims, idTokenMark)
    else requireNoAccessToken(claims)
  },
}

function requireNoAccessToken(claims: JWTPayload): void {
  const found = ofAccessTokens.find((claim) => claims[claim] !== undefined)
  if (found && typeof claims.at_hash !== 'string' && typeof claims.c_hash !== 'string')
    throw refused(`it has ${found} and neither at_hash nor c_hash, as an access token; see idTokenMark`)
}

function requireMark(claims: JWTPayload, { claim, value }: NonNullable<TrustedIssuer['idTokenMark']>): void {
  const isMarked = value === undefined ? claims[claim] !== undefined : claims[claim] === value
  if (!isMarked) throw refused(`it lacks the idTokenMark (${claim})`)
}
