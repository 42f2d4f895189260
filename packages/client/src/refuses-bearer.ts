/**
 * Whether Baton itself says that the session has ended (RFC 6750, section 3.1). A server behind Baton cannot
 * say so: Baton passes on no challenge of the token service, and adds a `sandbox` policy to every answer of a
 * backend.
 */
export function refusesBearer({ status, headers }: { status: number; headers: Headers }): boolean {
  return (
    status === 401 &&
    /^(Bearer|DPoP)\b.*\berror="invalid_token"/i.test(headers.get('www-authenticate') ?? '') &&
    !/\bsandbox\b/i.test(headers.get('content-security-policy') ?? '')
  )
}
