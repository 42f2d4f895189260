import { described, errorCode } from './answer.ts'
import { BatonError } from './error.ts'
import { parseUrl } from './secure-url.ts'

export type AuthorizationResponse = {
  state: string | undefined
  iss: string | undefined
  code: string | undefined
  error: string | undefined
  errorDescription: string | undefined
}

/**
 * Reads the parameters of a callback (RFC 6749, section 4.1.2). Throws `state_mismatch` for a URL that is no
 * callback.
 */
export function authorizationResponse(callbackUrl: string | URL): AuthorizationResponse {
  const parameters = parseUrl(String(callbackUrl))?.searchParams
  if (!parameters) throw new BatonError('state_mismatch', 'this is not a callback')
  const one = (name: string) => {
    const values = parameters.getAll(name)
    // RFC 6749, section 3.1: no parameter more than once.
    if (values.length > 1) throw new BatonError('state_mismatch', `the callback has more than one ${name}`)
    return values[0]
  }
  return {
    state: one('state'),
    iss: one('iss'),
    code: one('code'),
    error: one('error'),
    errorDescription: one('error_description'),
  }
}

/** Returns the code of a response whose state has been checked. Throws `sign_in_failed`. */
export function codeOf(
  { iss, code, error, errorDescription }: AuthorizationResponse,
  { issuer, sendsIssuer }: { issuer: string; sendsIssuer: boolean },
): string {
  // RFC 9207, section 2.4: another server may have sent this answer to get its code (a mix-up attack).
  if (iss === undefined ? sendsIssuer : iss !== issuer)
    throw new BatonError('sign_in_failed', 'the callback is not from the identity provider')
  if (error !== undefined) {
    const known = errorCode(error) ?? 'unknown'
    throw new BatonError('sign_in_failed', described(known, errorDescription), { error: known })
  }
  if (!code) throw new BatonError('sign_in_failed', 'the callback has neither a code nor an error')
  return code
}
