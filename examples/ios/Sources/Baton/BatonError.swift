/// The only error that this library throws. Neither its texts nor its cause hold a token, a code, a nonce or
/// a verifier.
public struct BatonError: Error, Sendable, CustomStringConvertible {
  /// What went wrong, for programs to branch on: the codes of `@baton/client`.
  public enum Code: String, Sendable {
    /// A call or an option that cannot work. The description says what to change.
    case invalidArgument = "invalid_argument"
    /// Nobody is signed in: the person never was, has signed out, or Baton has ended the session.
    case signedOut = "signed_out"
    /// No answer. Trying again may help; the person stays signed in.
    case network
    /// The app's storage or signer failed. The cause is what it threw.
    case storage
    /// A callback that belongs to no waiting sign-in. Ignore it.
    case stateMismatch = "state_mismatch"
    /// The identity provider refused. `error` is its reason, such as `access_denied`.
    case signInFailed = "sign_in_failed"
    /// The identity provider's ID token is not for this sign-in.
    case idTokenInvalid = "id_token_invalid"
    /// Baton refused. `error` is its reason.
    case refused
    /// An answer that does not follow the protocol, such as the page of a gateway.
    case unsupportedResponse = "unsupported_response"
    /// Signed out on this device, but the request to Baton failed.
    case notRevoked = "not_revoked"
  }

  public let code: Code
  /// For developers.
  public let description: String
  /// The OAuth error code of the answer.
  public let error: String?
  /// The HTTP status of the answer.
  public let status: Int?
  public let cause: (any Error)?

  init(
    _ code: Code, _ description: String, error: String? = nil, status: Int? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.description = "\(code.rawValue): \(description)"
    self.error = error
    self.status = status
    self.cause = cause
  }

  static var signedOut: BatonError { BatonError(.signedOut, "nobody is signed in") }
}
