/** What all errors of this package share: `code` is stable and for branching, `message` carries no token and no secret. */
export abstract class ResourceServerError extends Error {
  abstract readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** The request brought no bearer token; its challenge names no error (RFC 6750, section 3.1). */
export class MissingToken extends ResourceServerError {
  readonly code = 'missing_token'
  readonly status = 401
  readonly challenge = 'Bearer'

  constructor() {
    super('an access token is needed')
  }
}

/** The bearer token is not good here: malformed, expired, revoked, of another issuer or for someone else (RFC 6750, section 3.1). */
export class InvalidToken extends ResourceServerError {
  readonly code = 'invalid_token'
  readonly status = 401
  readonly challenge: string
  /** Which check failed; for the log alone. */
  readonly detail: string

  // No `cause`: the errors of `jose` carry the claims, and a log would print them.
  constructor(detail: string, message = 'the access token is not good here') {
    super(message)
    this.challenge = `Bearer error="${this.code}", error_description="${message}"`
    this.detail = detail
  }
}

/** Whether the token is good cannot be told at the moment; says nothing against the token. */
export class Unavailable extends ResourceServerError {
  readonly code = 'temporarily_unavailable'
  readonly status = 503
  /** Seconds after which it may go better. */
  readonly retryAfter: number = 5
  /** What could not be had; for the log alone. */
  readonly detail: string

  constructor(detail: string, cause?: unknown) {
    super('the access token cannot be checked at the moment', { cause })
    this.detail = detail
  }
}

/** Baton will not tell this resource server of revocations; the feed has stopped for good. */
export class FeedRefused extends ResourceServerError {
  readonly code = 'feed_refused'
  readonly status: number

  constructor(status: number) {
    const reason = status === 401 ? 'its credentials are wrong' : 'no app lists this resource server'
    super(`the revocation feed is refused (${status}): ${reason}`)
    this.status = status
  }
}

/** The options make no sense, or not what the called method needs. */
export class InvalidConfiguration extends ResourceServerError {
  readonly code = 'invalid_configuration'
}
