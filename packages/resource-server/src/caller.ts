type Known = {
  /** Who vouches for `sub`. A `sub` is unique within its issuer alone: know people by both. */
  readonly issuer: string
  readonly sub: string
  /** The session at Baton that this stands for. */
  readonly sid?: string
  /** The app that the person uses. */
  readonly clientId?: string
  /** When the person authenticated, in seconds since 1970. */
  readonly authTime?: number
  readonly name?: string
  /** When it ends by itself, in seconds since 1970. */
  readonly expiresAt: number
  /** All that was said, in the names of the wire. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** A live session of an app, by its web nonce. */
export type Session = Known & { readonly kind: 'web_nonce'; readonly sid: string; readonly clientId: string }

/** A verified JWT access token. */
export type AccessToken = Known & { readonly kind: 'access_token' }

/** Whose call it is. */
export type Caller = Session | AccessToken

/** A claim, where it is a text that is not empty. */
export function textClaim(claims: Record<string, unknown>, name: string): string | undefined {
  const value = claims[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A claim, where it is a time in seconds since 1970 (RFC 7519, section 2, NumericDate). */
export function timeClaim(claims: Record<string, unknown>, name: string): number | undefined {
  const value = claims[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
