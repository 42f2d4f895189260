import Foundation

/// Where people sign in: a public client with PKCE (RFC 8252).
public struct IdentityProviderOptions: Sendable {
  /// Spelled as in its metadata.
  let issuer: String
  let clientID: String
  let redirectURI: String
  let scope: String

  /// Throws `invalid_argument`.
  public init(issuer: String, clientID: String, redirectURI: String, scope: String = "openid") throws {
    let url = SecureURL.parse(issuer)
    guard let url, SecureURL.isSecure(url), url.query == nil, url.fragment == nil else {
      throw BatonError(.invalidArgument, "issuer must be an https URL (http: for loopback only)")
    }
    // A code may travel over plain http to the loopback address only. Custom schemes are up to the system.
    let redirect = SecureURL.parse(redirectURI)
    guard let redirect, redirect.fragment == nil,
      redirect.scheme?.lowercased() != "http" || SecureURL.isSecure(redirect)
    else {
      throw BatonError(.invalidArgument, "redirectURI must be an absolute URI (http: for loopback only)")
    }
    guard scope.split(separator: " ").contains("openid") else {
      throw BatonError(.invalidArgument, "scope must contain openid")
    }
    guard !clientID.isEmpty else { throw BatonError(.invalidArgument, "clientID must not be empty") }
    self.issuer = issuer
    self.clientID = clientID
    self.redirectURI = redirectURI
    self.scope = scope
  }
}

/// The options of a client.
public struct ClientOptions: Sendable {
  let baton: String
  let clientID: String
  let identityProvider: IdentityProviderOptions
  let storage: any Storage
  let signer: (any Signer)?
  let timeout: TimeInterval
  let now: @Sendable () -> Date

  /// - Parameters:
  ///   - batonURL: Baton's public origin.
  ///   - clientID: The app's client at Baton.
  ///   - signer: A key of this device, to which the web nonce is bound (RFC 9449). Without one it is a bearer
  ///     token.
  ///   - timeout: How long to wait for an answer, in seconds.
  ///
  /// Throws `invalid_argument`.
  public init(
    batonURL: String, clientID: String, identityProvider: IdentityProviderOptions,
    storage: any Storage = MemoryStorage(), signer: (any Signer)? = nil, timeout: TimeInterval = 30,
    now: @escaping @Sendable () -> Date = { Date() }
  ) throws {
    let url = SecureURL.parse(batonURL)
    guard let url, SecureURL.isSecure(url), ["", "/"].contains(url.path),
      url.query == nil, url.fragment == nil
    else {
      throw BatonError(.invalidArgument, "batonURL must be an https origin (http: for loopback only)")
    }
    guard !clientID.isEmpty else { throw BatonError(.invalidArgument, "clientID must not be empty") }
    baton = SecureURL.origin(of: url)
    self.clientID = clientID
    self.identityProvider = identityProvider
    self.storage = storage
    self.signer = signer
    self.timeout = timeout
    self.now = now
  }
}
