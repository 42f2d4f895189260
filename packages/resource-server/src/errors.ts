import { proofAlgorithms } from './proof-algorithms.ts'

const algs = `algs="${proofAlgorithms.join(' ')}"`

/**
 * The base of all errors of this package. Branch on `code`, which is stable. `message` never contains a token
 * or a secret.
 */
export abstract class ResourceServerError extends Error {
  abstract readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** The request has no access token. The challenge names no error (RFC 6750, section 3.1). */
export class MissingToken extends ResourceServerError {
  readonly code = 'missing_token'
  readonly status = 401
  readonly challenge = 'Bearer'

  constructor() {
    super('an access token is needed')
  }
}

/**
 * The token is not valid here: malformed, expired, revoked, from another issuer, for another audience, or
 * bound to another key than the call proves (RFC 6750, section 3.1).
 */
export class InvalidToken extends ResourceServerError {
  readonly code = 'invalid_token'
  readonly status = 401
  readonly challenge: string
  /** Which check failed. For the log only. */
  readonly detail: string

  // No `cause`: the errors of `jose` contain the claims, and a log would print them.
  constructor(
    detail: string,
    message = 'the access token is not valid here',
    { byDpop = false }: { byDpop?: boolean } = {},
  ) {
    super(message)
    const error = `error="${this.code}", error_description="${message}"`
    this.challenge = byDpop ? `DPoP ${error}, ${algs}` : `Bearer ${error}`
    this.detail = detail
  }
}

/** The proof of the key that the token is bound to is missing, wrong or used (RFC 9449, section 7.1). */
export class InvalidProof extends ResourceServerError {
  readonly code = 'invalid_dpop_proof'
  readonly status = 401
  readonly challenge: string
  /** Which check failed. For the log only. */
  readonly detail: string

  constructor(detail: string, message = 'the DPoP proof is not valid here') {
    super(message)
    this.challenge = `DPoP error="${this.code}", error_description="${message}", ${algs}`
    this.detail = detail
  }
}

/** The token could not be checked. This says nothing about the token. */
export class Unavailable extends ResourceServerError {
  readonly code = 'temporarily_unavailable'
  readonly status = 503
  /** Seconds after which to try again. */
  readonly retryAfter: number = 5
  /** What was unavailable. For the log only. */
  readonly detail: string

  constructor(detail: string, cause?: unknown) {
    super('the access token cannot be checked at the moment', { cause })
    this.detail = detail
  }
}

/** Baton refuses the revocation feed to this resource server. The feed has stopped for good. */
export class FeedRefused extends ResourceServerError {
  readonly code = 'feed_refused'
  readonly status: number

  constructor(status: number) {
    const reason = status === 401 ? 'its credentials are wrong' : 'no app lists this resource server'
    super(`the revocation feed is refused (${status}): ${reason}`)
    this.status = status
  }
}

/** The options are wrong, or lack what the called method needs. */
export class InvalidConfiguration extends ResourceServerError {
  readonly code = 'invalid_configuration'
}
