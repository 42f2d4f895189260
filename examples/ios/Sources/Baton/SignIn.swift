import Foundation

/// Sign-in at the identity provider by an authorization code flow with PKCE (RFC 7636) for a native app (RFC
/// 8252).
struct SignIn: Sendable {
  let options: IdentityProviderOptions
  let http: HTTP
  let provider: IdentityProvider
  let pendingSignIns: PendingSignIns
  let now: @Sendable () -> Date

  /// The URL for the system's browser.
  func begin() async throws -> URL {
    let metadata = try await provider.metadata()
    let pending = PendingSignIn(
      state: ProofKey.randomText(), nonce: ProofKey.randomText(), codeVerifier: ProofKey.randomText())
    let parameters = Form([
      "response_type": "code",
      "client_id": options.clientID,
      "redirect_uri": options.redirectURI,
      "scope": options.scope,
      "state": pending.state,
      "nonce": pending.nonce,
      "code_challenge": ProofKey.challenge(of: pending.codeVerifier),
      "code_challenge_method": "S256",
    ])
    let endpoint = metadata.authorizationEndpoint
    guard let url = URL(string: endpoint + (endpoint.contains("?") ? "&" : "?") + parameters.encoded) else {
      throw BatonError(.unsupportedResponse, "the authorization_endpoint is malformed")
    }
    try await pendingSignIns.begin(pending)
    return url
  }

  /// The ID token of a sign-in and its claims.
  func finish(_ callbackURL: URL) async throws -> (idToken: String, claims: [String: JSONValue]) {
    let response = try AuthorizationResponse(callbackURL)
    // Read the metadata before taking the sign-in: without a network the same callback can be tried again.
    let metadata = try await provider.metadata()
    let pending = try await pendingSignIns.take(response.state)
    let code = try response.code(from: options.issuer, sendsIssuer: metadata.sendsIssuer)
    let idToken = try await exchange(code, pending, at: metadata.tokenEndpoint)
    let claims = try IDToken.check(
      idToken, issuer: options.issuer, clientID: options.clientID, nonce: pending.nonce, now: now())
    return (idToken, claims)
  }

  // RFC 6749, section 4.1.3; RFC 7636, section 4.5.
  private func exchange(
    _ code: String, _ pending: PendingSignIn, at tokenEndpoint: URL
  ) async throws -> String {
    let form = Form([
      "grant_type": "authorization_code",
      "code": code,
      "redirect_uri": options.redirectURI,
      "code_verifier": pending.codeVerifier,
      "client_id": options.clientID,
    ])
    let answer = try await http.send(.post(tokenEndpoint, form))
    if answer.status != 200, let error = answer.error {
      // Said by the identity provider, not by Baton.
      let description = "the identity provider refused the code"
      throw BatonError(.signInFailed, description, error: error, status: answer.status)
    }
    return try answer.json().text("id_token")
  }
}
