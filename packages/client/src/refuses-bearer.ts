/**
 * Whether an answer by way of Baton is Baton's own word that the session has ended (RFC 6750, section 3.1), and not that of a
 * server behind it: the token service's challenges are not passed on, and every answer of a backend is made a sandbox.
 */
export function refusesBearer({ status, headers }: { status: number; headers: Headers }): boolean {
  return (
    status === 401 &&
    /^Bearer\b.*\berror="invalid_token"/i.test(headers.get('www-authenticate') ?? '') &&
    !/\bsandbox\b/i.test(headers.get('content-security-policy') ?? '')
  )
}
