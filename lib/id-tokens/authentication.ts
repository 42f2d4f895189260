import type { JWTPayload } from 'jose'

/** The `amr` of an ID token as a list; some issuers write a single string (RFC 8176, section 1). */
export function authenticationMethods(claims: JWTPayload): string[] {
  return [claims.amr ?? []]
    .flat()
    .filter(
      (method): method is string =>
        typeof method === 'string' && method.isWellFormed() && /^\P{Cc}{1,64}$/u.test(method),
    )
    .slice(0, 16)
}

/**
 * The `auth_time` of an ID token, or `null` when it has no plausible one (OpenID Connect Core 1.0, section
 * 2).
 */
export function authenticationTime(claims: JWTPayload): Date | null {
  const { auth_time: seconds } = claims
  if (typeof seconds !== 'number' || !(seconds >= 0)) return null
  return new Date(Math.min(seconds * 1000, Date.now()))
}
