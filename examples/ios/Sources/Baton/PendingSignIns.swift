/// What a sign-in must remember until its callback arrives.
struct PendingSignIn: Sendable {
  let state: String
  let nonce: String
  let codeVerifier: String
}

/// Keeps the one sign-in that waits for its callback. It is in the app's storage, because the system may end
/// the app while the browser is in front.
actor PendingSignIns {
  private let record: StoredRecord

  init(_ options: ClientOptions) {
    let provider = options.identityProvider
    record = StoredRecord(
      storage: options.storage, key: "baton.sign-in", fields: ["state", "nonce", "codeVerifier"],
      fixed: [
        "baton": options.baton, "issuer": provider.issuer, "clientId": provider.clientID,
        "redirectUri": provider.redirectURI,
      ])
  }

  /// Stores a sign-in and replaces an older one.
  func begin(_ pending: PendingSignIn) throws {
    try record.write([
      "state": pending.state, "nonce": pending.nonce, "codeVerifier": pending.codeVerifier,
    ])
  }

  /// The sign-in with this state, once. A callback with another state leaves it in place, because anybody can
  /// send one.
  ///
  /// Throws `state_mismatch`.
  func take(_ state: String?) throws -> PendingSignIn {
    guard let state, let found = try record.read(), found["state"] == state,
      let nonce = found["nonce"], let codeVerifier = found["codeVerifier"]
    else { throw BatonError(.stateMismatch, "this callback belongs to no waiting sign-in") }
    try record.remove()
    return PendingSignIn(state: state, nonce: nonce, codeVerifier: codeVerifier)
  }

  func forget() -> Result<Void, any Error> { Result { try record.remove() } }
}
