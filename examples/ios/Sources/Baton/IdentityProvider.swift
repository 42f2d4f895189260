import Foundation

/// The identity provider's metadata (OpenID Connect Discovery, section 4), read once.
actor IdentityProvider {
  struct Metadata: Sendable {
    let authorizationEndpoint: String
    let tokenEndpoint: URL
    /// Whether callbacks have `iss` (RFC 9207).
    let sendsIssuer: Bool
  }

  private let options: IdentityProviderOptions
  private let http: HTTP
  private var reading: Task<Metadata, any Error>?

  init(options: IdentityProviderOptions, http: HTTP) {
    self.options = options
    self.http = http
  }

  /// Reads the metadata at the first call, and again after a failure.
  func metadata() async throws -> Metadata {
    let task = reading ?? Task { [options, http] in try await Self.discover(options.issuer, http) }
    reading = task
    do {
      return try await task.value
    } catch {
      if reading == task { reading = nil }
      throw error
    }
  }

  private static func discover(_ issuer: String, _ http: HTTP) async throws -> Metadata {
    let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
    guard let url = URL(string: base + "/.well-known/openid-configuration") else {
      throw BatonError(.invalidArgument, "issuer must be an https URL")
    }
    var request = URLRequest(url: url)
    request.setValue("application/json", forHTTPHeaderField: "Accept")
    let json = try await http.send(request).json()
    guard json["issuer"]?.string == issuer else { throw unsupported("is for another issuer") }
    let methods = json["code_challenge_methods_supported"]
    if case .array(let methods) = methods, !methods.contains(.string("S256")) {
      throw unsupported("does not support S256")
    }
    let authorizationEndpoint = try endpoint("authorization_endpoint", in: json)
    let tokenEndpoint = try endpoint("token_endpoint", in: json)
    guard let tokenURL = URL(string: tokenEndpoint) else { throw unsupported("has no token_endpoint") }
    return Metadata(
      authorizationEndpoint: authorizationEndpoint, tokenEndpoint: tokenURL,
      sendsIssuer: json["authorization_response_iss_parameter_supported"] == .bool(true))
  }

  private static func endpoint(_ name: String, in json: [String: JSONValue]) throws -> String {
    let text = try json.text(name)
    guard let url = SecureURL.parse(text), SecureURL.isSecure(url), url.fragment == nil else {
      throw unsupported("has a \(name) that is not an https URL")
    }
    return text
  }

  private static func unsupported(_ what: String) -> BatonError {
    BatonError(.unsupportedResponse, "the identity provider's metadata \(what)")
  }
}
