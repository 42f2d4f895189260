import Foundation

/// A whole answer, read as OAuth means it.
struct Answer: Sendable {
  let response: HTTPURLResponse
  let body: Data

  var status: Int { response.statusCode }

  func header(_ name: String) -> String { response.value(forHTTPHeaderField: name) ?? "" }

  /// The JSON object of a successful answer.
  ///
  /// Throws `unsupported_response` where a 200 carries none; else `refusal`.
  func json() throws -> [String: JSONValue] {
    guard status == 200 else { throw refusal }
    guard let object else { throw unsupported("the answer is not a JSON object") }
    return object
  }

  /// What a refusal means (RFC 6749, section 5.2): `signed_out` for a dead token (RFC 6750, section 3.1),
  /// else `refused`; `unsupported_response` for an answer that is no OAuth error.
  var refusal: BatonError {
    guard let error else { return unsupported("the answer is neither a success nor an OAuth error") }
    if status == 401 && error == "invalid_token" { return .signedOut }
    let description = Self.described(error, object?["error_description"]?.string)
    return BatonError(.refused, description, error: error, status: status)
  }

  /// The OAuth error code of the body.
  var error: String? { Self.errorCode(object?["error"]?.string) }

  /// The error of a Bearer or DPoP challenge (RFC 6750, section 3; RFC 9449, section 7.1).
  var challengedError: String? {
    let challenge = header("WWW-Authenticate")
    return challenge.prefixMatch(of: #/(?i)(?:Bearer|DPoP)\b.*\berror="([\w-]+)"/#).map { String($0.1) }
  }

  /// Whether it comes from a backend: Baton adds this policy to every answer of one, and to none of its own.
  var isBackends: Bool {
    header("Content-Security-Policy").firstMatch(of: #/(?i)\bsandbox\b/#) != nil
  }

  /// An OAuth error code, or `nil` for what cannot be one (RFC 6749, section 5.2).
  static func errorCode(_ text: String?) -> String? {
    guard let text, text.wholeMatch(of: #/[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}/#) != nil else { return nil }
    return text
  }

  /// The server's words without what could be a token: some servers repeat what they were sent.
  static func described(_ error: String, _ description: String?) -> String {
    guard let description, !description.isEmpty else { return error }
    let plain = description.replacing(#/[\w.~+\/=-]{32,}/#, with: "…")
    return String(plain.replacing(#/[\x00-\x1f\x7f]/#, with: " ").prefix(300))
  }

  private var object: [String: JSONValue]? {
    let type = header("Content-Type")
    guard type.wholeMatch(of: #/(?i)application\/([\w.-]+\+)?json\s*(;.*)?/#) != nil else { return nil }
    return JSONValue.object(in: body)
  }

  private func unsupported(_ description: String) -> BatonError {
    BatonError(.unsupportedResponse, description, status: status)
  }
}

extension [String: JSONValue] {
  /// A member that must be a string that is not empty.
  func text(_ name: String) throws -> String {
    if let text = self[name]?.string, !text.isEmpty { return text }
    throw BatonError(.unsupportedResponse, "\(name) is missing or malformed")
  }

  /// A member that must be a number of seconds.
  func seconds(_ name: String) throws -> TimeInterval {
    if let seconds = self[name]?.number, seconds >= 0, seconds.isFinite { return seconds }
    throw BatonError(.unsupportedResponse, "\(name) is missing or malformed")
  }
}
