const statusByCode = {
  // RFC 6749, section 5.2
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 403,
  access_denied: 403,
  server_error: 500,
  temporarily_unavailable: 503,
  // RFC 6750, section 3.1
  invalid_token: 401,
  // RFC 9449, sections 5, 8 and 9
  invalid_dpop_proof: 401,
  use_dpop_nonce: 401,
  // RFC 8628, section 3.5
  slow_down: 429,
  // Baton's own, where OAuth has none
  csrf: 403,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  misdirected_request: 421,
  bad_gateway: 502,
  gateway_timeout: 504,
} as const

export type ErrorCode = keyof typeof statusByCode

type Options = {
  /** What led here; for the log alone. */
  cause?: unknown
  /** Further words for the log alone. */
  detail?: string
  /** The caller sent no credentials at all, so its challenge names no error (RFC 6750, section 3.1). */
  withoutCredentials?: boolean
  /** The call came by the DPoP scheme, so its challenge has that too (RFC 9449, section 7.1). */
  byDpop?: boolean
  /** The methods that would be allowed, for `method_not_allowed`. */
  allow?: readonly string[]
  /** Seconds after which it may go better, for `temporarily_unavailable` and `slow_down`. */
  retryAfter?: number
}

/**
 * A refusal that the caller is to see: `code` and `description` go out, `cause` and `detail` stay in the log.
 * A description must never carry a secret, a token or another system's words.
 */
export class OAuthError extends Error {
  readonly code: ErrorCode
  readonly description: string
  readonly options: Options

  constructor(code: ErrorCode, description: string, options: Options = {}) {
    super(`${code}: ${description}`, { cause: options.cause })
    this.name = 'OAuthError'
    this.code = code
    this.description = description
    this.options = options
  }

  get status(): number {
    return statusByCode[this.code]
  }
}

/** Tells an `OAuthError` by its shape: one process has two copies of the class, the server's and Next's. */
export function isOAuthError(error: unknown): error is OAuthError {
  return error instanceof Error && error.name === 'OAuthError' && 'code' in error
}
