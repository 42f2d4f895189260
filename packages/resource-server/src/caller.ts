type Known = {
  /** The issuer of `sub`. A `sub` is unique within its issuer only: identify people by both. */
  readonly issuer: string
  readonly sub: string
  /** The id of the session at Baton. */
  readonly sid?: string
  /** The app that the person uses. */
  readonly clientId?: string
  /** When the person authenticated, in seconds since 1970. */
  readonly authTime?: number
  readonly name?: string
  /** When the session or the token expires, in seconds since 1970. */
  readonly expiresAt: number
  /** All claims, under their names on the wire. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** A live session of an app, found by its web nonce. */
export type Session = Known & { readonly kind: 'web_nonce'; readonly sid: string; readonly clientId: string }

/** A verified JWT access token. */
export type AccessToken = Known & { readonly kind: 'access_token' }

/** Who makes a call. */
export type Caller = Session | AccessToken

/** Returns a claim that is a string and not empty, else `undefined`. */
export function textClaim(claims: Record<string, unknown>, name: string): string | undefined {
  const value = claims[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Returns a claim that is a time in seconds since 1970 (RFC 7519, section 2, NumericDate), else `undefined`.
 */
export function timeClaim(claims: Record<string, unknown>, name: string): number | undefined {
  const value = claims[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
