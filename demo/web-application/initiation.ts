import { BadRequest } from './bad-request.ts'

/** The parameters of a request to begin a sign-in. Each may be missing. */
export type Initiation = {
  handoffNonce: string | undefined
  issuer: string | undefined
  loginHint: string | undefined
  targetLinkUri: string | undefined
}

/**
 * Reads the parameters of a third-party-initiated login, and the hand-off nonce with them. An empty parameter
 * counts as missing.
 *
 * @throws {BadRequest} when one is repeated (OpenID Connect Core, section 4).
 */
export function readInitiation(query: URLSearchParams): Initiation {
  return {
    handoffNonce: once(query, 'nonce'),
    issuer: once(query, 'iss'),
    loginHint: once(query, 'login_hint'),
    targetLinkUri: once(query, 'target_link_uri'),
  }
}

function once(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  if (values.length > 1) throw new BadRequest(`This address contains ${name} more than once.`)
  return values[0] || undefined
}
