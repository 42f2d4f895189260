/** What went wrong, for programs to branch on. These strings never change. */
export type ErrorCode =
  /** A call or an option that cannot work. The description says what to change. */
  | 'invalid_argument'
  /**
   * Nobody is signed in: the person never was, has signed out, or Baton has ended the session. Sign in again.
   */
  | 'signed_out'
  /**
   * No answer: the server is unreachable, the connection broke, or the time ran out. Trying again may help.
   */
  | 'network'
  /** The app's storage failed. `cause` is what it threw. */
  | 'storage'
  /** A callback that belongs to no waiting sign-in. Ignore it. */
  | 'state_mismatch'
  /**
   * The identity provider refused. `error` is its reason, such as `access_denied` when the person cancelled.
   */
  | 'sign_in_failed'
  /** The identity provider's ID token is not for this sign-in. */
  | 'id_token_invalid'
  /** Baton refused. `error` is its reason, `status` the status of its answer. */
  | 'refused'
  /** An answer that does not follow the protocol, such as the page of a gateway. */
  | 'unsupported_response'
  /** Signed out on this device, but the request to Baton failed: the session may live until it expires. */
  | 'not_revoked'

type Details = {
  /** The HTTP status of the answer. */
  status?: number | undefined
  /** The OAuth error code of the answer. */
  error?: string | undefined
  cause?: unknown
}

/**
 * The only error that this library throws. None of its properties ever holds a token, a code, a nonce or a
 * verifier.
 */
export class BatonError extends Error {
  override readonly name = 'BatonError'
  readonly code: ErrorCode
  readonly description: string
  readonly status: number | undefined
  readonly error: string | undefined

  constructor(code: ErrorCode, description: string, { status, error, cause }: Details = {}) {
    super(`${code}: ${description}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.description = description
    this.status = status
    this.error = error
  }
}
