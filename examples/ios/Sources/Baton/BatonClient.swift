import Foundation

/// A client of one Baton for one app: the little sibling of `@baton/client`. Use a single one in the whole
/// app, from any task. Every method throws `BatonError`, or `CancellationError` where the task is cancelled.
public struct BatonClient: Sendable {
  private let options: ClientOptions
  private let sessions: Sessions
  private let pendingSignIns: PendingSignIns
  private let signIn: SignIn
  private let baton: Baton
  private let exchange: TokenExchange

  public init(_ options: ClientOptions) {
    let http = HTTP(timeout: options.timeout)
    let prover = options.signer.map { Prover(signer: $0, baton: options.baton, now: options.now) }
    self.options = options
    sessions = Sessions(options)
    pendingSignIns = PendingSignIns(options)
    signIn = SignIn(
      options: options.identityProvider, http: http,
      provider: IdentityProvider(options: options.identityProvider, http: http),
      pendingSignIns: pendingSignIns, now: options.now)
    baton = Baton(http: http, prover: prover)
    exchange = TokenExchange(options: options, baton: baton, sessions: sessions)
  }

  /// Begins a sign-in: open the URL in the system's browser. Only the newest sign-in waits for its callback.
  public func beginSignIn() async throws -> URL { try await signIn.begin() }

  /// Finishes the sign-in that a callback belongs to, and keeps its web nonce. Each callback works once. The
  /// identity provider's tokens are not kept.
  ///
  /// Returns the claims of the ID token.
  @discardableResult
  public func finishSignIn(callbackURL: URL) async throws -> [String: JSONValue] {
    let since = await sessions.signOuts
    let (idToken, claims) = try await signIn.finish(callbackURL)
    try await exchange.keepWebNonce(for: idToken, since: since)
    return claims
  }

  /// Whether this device holds a session. Does not ask Baton.
  public func isSignedIn() async throws -> Bool { try await sessions.read() != nil }

  /// The web nonce, for resource servers that ask Baton about it. Throws `signed_out`.
  public func getWebNonce() async throws -> String { try await sessions.required() }

  /// The headers of a call of your own to a resource server: the web nonce, and with a signer a proof for
  /// this one request (RFC 9449, section 7.1). `nonce` is the `DPoP-Nonce` of that server.
  ///
  /// Throws `invalid_argument` for a URL that is not https (http for loopback).
  public func headersFor(method: String, url: URL, nonce: String? = nil) async throws -> [String: String] {
    let webNonce = try await sessions.required()
    return try await baton.headers(method: method, url: url.absoluteString, token: webNonce, nonce: nonce)
  }

  /// The answer of the token service that Baton is configured with, refusals included.
  public func getToken() async throws -> Token {
    try await sessions.use { webNonce in
      var request = URLRequest.post(options.url("/api/token"), Form([:]))
      request.setValue("*/*", forHTTPHeaderField: "Accept")
      let answer = try await baton.send(request, token: webNonce)
      if Baton.saysSignedOut(answer) { throw BatonError.signedOut }
      return Token(status: answer.status, contentType: answer.header("Content-Type"), rawBytes: answer.body)
    }
  }

  /// Calls a backend as the signed-in person, by a path that begins with `/api/backends/`. Follows no
  /// redirect.
  public func fetch(
    _ path: String, method: String = "GET", headers: [String: String] = [:], body: Data? = nil
  ) async throws -> (Data, HTTPURLResponse) {
    guard body == nil || !["GET", "HEAD"].contains(method) else {
      throw BatonError(.invalidArgument, "GET and HEAD have no body")
    }
    var request = URLRequest(url: try backendURL(path))
    request.httpMethod = method
    request.httpBody = body
    for (name, value) in headers {
      guard (name + value).firstMatch(of: #/[\x00-\x08\x0a-\x1f\x7f]/#) == nil else {
        throw BatonError(.invalidArgument, "a header has a character that cannot be sent")
      }
      request.setValue(value, forHTTPHeaderField: name)
    }
    return try await sessions.use { [request] webNonce in
      let answer = try await baton.fetch(request, token: webNonce)
      return (answer.body, answer.response)
    }
  }

  /// A one-time link that signs a web view in, and the headers for its first load.
  ///
  /// - Parameters:
  ///   - target: Another application's client id; without it Baton itself.
  ///   - redirectTo: A path at the target.
  public func handOff(to target: String? = nil, redirectTo: String? = nil) async throws -> HandOff {
    try await sessions.use { webNonce in
      let verifier = ProofKey.randomText()
      let form = Form([
        "target": target,
        "redirect_to": redirectTo,
        "code_challenge": ProofKey.challenge(of: verifier),
        "code_challenge_method": "S256",
      ])
      let answer = try await baton.send(.post(options.url("/api/nonce"), form), token: webNonce)
      return try HandOff(answer.json(), verifier: verifier, baton: options.baton)
    }
  }

  /// Ends the session on this device in any case, and at Baton with all web views that came from it. Throws
  /// `not_revoked` where Baton could not be reached or refused; `storage` where the storage could not be
  /// read, so that Baton was not told, or could not forget it.
  public func signOut() async throws {
    let (webNonce, sessionForgotten) = await sessions.end()
    let signInForgotten = await pendingSignIns.forget()
    var notRevoked: BatonError?
    do {
      if let webNonce { try await exchange.revoke(webNonce) }
    } catch {
      let description = "signed out here, but at Baton the session may live until its end"
      notRevoked = BatonError(.notRevoked, description, cause: error)
    }
    try sessionForgotten.get()
    try signInForgotten.get()
    if let notRevoked { throw notRevoked }
  }

  // Only Baton may get the web nonce, and only for a backend: nothing that a server could resolve elsewhere.
  private func backendURL(_ path: String) throws -> URL {
    guard path.hasPrefix("/api/backends/"), let parts = SecureURL.parse(options.baton + path),
      parts.fragment == nil,
      parts.percentEncodedPath.firstMatch(of: #/(?i)\/(\.|%2e){1,2}(\/|$)/#) == nil, let url = parts.url
    else { throw BatonError(.invalidArgument, "the path must begin with /api/backends/") }
    return url
  }
}

extension ClientOptions {
  /// The URL of a path of Baton.
  func url(_ path: String) -> URL {
    // The origin has been checked, and the paths are this library's own.
    URL(string: baton + path)!
  }
}
