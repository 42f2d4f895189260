import Foundation

/// Checks of an ID token (OpenID Connect Core, section 3.1.3.7).
enum IDToken {
  /// How many seconds the device's clock may be off.
  private static let tolerance: TimeInterval = 120

  /// Checks that an ID token belongs to this client and this sign-in, and returns its claims. It must come
  /// straight from the token endpoint over TLS, which replaces the check of its signature.
  ///
  /// Throws `id_token_invalid`.
  static func check(
    _ idToken: String, issuer: String, clientID: String, nonce: String, now: Date
  ) throws -> [String: JSONValue] {
    let parts = idToken.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = decoded(parts[0]), let claims = decoded(parts[1]) else {
      throw invalid("is not a signed JWT")
    }
    let audiences =
      if case .array(let several) = claims["aud"] { several } else { [claims["aud"] ?? .null] }
    let azp = claims["azp"]
    let now = now.timeIntervalSince1970

    guard let alg = header["alg"]?.string, !alg.isEmpty, alg.lowercased() != "none" else {
      throw invalid("is not signed")
    }
    guard claims["iss"]?.string == issuer else { throw invalid("is from another issuer") }
    guard audiences.contains(.string(clientID)) else { throw invalid("is for another client") }
    guard azp == nil ? audiences.count == 1 : azp == .string(clientID) else {
      throw invalid("was issued to another client")
    }
    guard claims["nonce"]?.string == nonce else { throw invalid("belongs to another sign-in") }
    guard let sub = claims["sub"]?.string, !sub.isEmpty else { throw invalid("has no subject") }
    guard let exp = claims["exp"]?.number, exp > now - tolerance else { throw invalid("has expired") }
    guard let iat = claims["iat"]?.number, iat <= now + tolerance else { throw invalid("is from the future") }
    return claims
  }

  private static func decoded(_ part: Substring) -> [String: JSONValue]? {
    Data(base64URL: part).flatMap(JSONValue.object)
  }

  private static func invalid(_ what: String) -> BatonError {
    BatonError(.idTokenInvalid, "the ID token \(what)")
  }
}
