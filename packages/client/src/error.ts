/** What went wrong, as a program can tell it apart; these strings stay as they are. */
export type ErrorCode =
  /** A call or an option that cannot work; the description says what to change. */
  | 'invalid_argument'
  /** Nobody is signed in: never was, signed out, or Baton has ended the session. Sign in again. */
  | 'signed_out'
  /** No answer: not reachable, cut off, or not in time. Trying again may help. */
  | 'network'
  /** The storage that the app gave failed; `cause` is what it threw. */
  | 'storage'
  /** A callback that belongs to no sign-in that waits for one. Ignore it. */
  | 'state_mismatch'
  /** The identity provider refused; `error` is its reason, such as `access_denied` when the person turned back. */
  | 'sign_in_failed'
  /** The identity provider's ID token is not for this sign-in. */
  | 'id_token_invalid'
  /** Baton refused; `error` is its reason and `status` the answer's. */
  | 'refused'
  /** An answer that is not what the protocol says, such as the page of a gateway. */
  | 'unsupported_response'
  /** Signed out here, but Baton did not hear of it: the session may live until its own end. */
  | 'not_revoked'

type Details = {
  /** The status of the answer that says so. */
  status?: number | undefined
  /** The OAuth error code of that answer. */
  error?: string | undefined
  cause?: unknown
}

/** The one error that this library throws. No property of it ever holds a token, a code, a nonce or a verifier. */
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
