import Foundation

/// The parameters of a callback (RFC 6749, section 4.1.2).
struct AuthorizationResponse {
  let state: String?
  private let iss: String?
  private let code: String?
  private let error: String?
  private let errorDescription: String?

  /// Throws `state_mismatch` for a URL that is no callback.
  init(_ callbackURL: URL) throws {
    guard let url = SecureURL.parse(callbackURL.absoluteString) else {
      throw BatonError(.stateMismatch, "this is not a callback")
    }
    func one(_ name: String) throws -> String? {
      let values = Form.values(of: name, in: url)
      // RFC 6749, section 3.1: no parameter more than once.
      guard values.count <= 1 else {
        throw BatonError(.stateMismatch, "the callback has more than one \(name)")
      }
      return values.first
    }
    state = try one("state")
    iss = try one("iss")
    code = try one("code")
    error = try one("error")
    errorDescription = try one("error_description")
  }

  /// The code, where state has been checked. Throws `sign_in_failed`.
  func code(from issuer: String, sendsIssuer: Bool) throws -> String {
    // RFC 9207, section 2.4: another server may have sent this answer to get its code (a mix-up attack).
    guard iss == issuer || (iss == nil && !sendsIssuer) else {
      throw BatonError(.signInFailed, "the callback is not from the identity provider")
    }
    if let error {
      let known = Answer.errorCode(error) ?? "unknown"
      throw BatonError(.signInFailed, Answer.described(known, errorDescription), error: known)
    }
    guard let code, !code.isEmpty else {
      throw BatonError(.signInFailed, "the callback has neither a code nor an error")
    }
    return code
  }
}
