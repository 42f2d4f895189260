import Foundation

/// Web nonces at Baton: from an ID token (RFC 8693, section 2), and their end (RFC 7009).
struct TokenExchange: Sendable {
  let options: ClientOptions
  let baton: Baton
  let sessions: Sessions
  private let exchanges = OneAtATime()

  init(options: ClientOptions, baton: Baton, sessions: Sessions) {
    self.options = options
    self.baton = baton
    self.sessions = sessions
  }

  /// Exchanges an ID token for a web nonce and keeps it. Revokes a web nonce that is replaced or cannot be
  /// kept, so that no session lives on without an owner. `since` is the count of sign-outs when the sign-in
  /// began.
  func keepWebNonce(for idToken: String, since: Int) async throws {
    // One at a time: if two answers arrived out of order, the dead web nonce would be kept.
    try await exchanges.run {
      let webNonce = try await self.webNonce(for: idToken)
      let before: String?
      do {
        before = try await sessions.keep(webNonce, since: since)
      } catch {
        try? await revoke(webNonce)
        throw error
      }
      if let before, before != webNonce { try? await revoke(before) }
    }
  }

  /// Revokes a web nonce, and with it the session and everything derived from it.
  func revoke(_ webNonce: String) async throws {
    let form = Form(["token": webNonce, "client_id": options.clientID])
    let answer = try await baton.send(.post(options.url("/oidc/revoke"), form), token: nil)
    guard answer.status == 200 else { throw answer.refusal }
  }

  private func webNonce(for idToken: String) async throws -> String {
    let form = Form([
      "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
      "subject_token": idToken,
      "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
      "client_id": options.clientID,
    ])
    let json = try await baton.send(.post(options.url("/oidc/token"), form), token: nil).json()
    let isExpected =
      json["issued_token_type"]?.string == "urn:ietf:params:oauth:token-type:access_token"
      && json["token_type"]?.string?.lowercased() == (options.signer == nil ? "bearer" : "dpop")
    guard isExpected else { throw BatonError(.unsupportedResponse, "Baton returned another kind of token") }
    let webNonce = try json.text("access_token")
    // RFC 6750, section 2.1: nothing that a header cannot hold.
    guard webNonce.wholeMatch(of: #/[A-Za-z0-9_.~+\/-]+=*/#) != nil else {
      throw BatonError(.unsupportedResponse, "access_token is malformed")
    }
    return webNonce
  }
}
