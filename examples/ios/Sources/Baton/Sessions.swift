/// Keeps the web nonce of the app's only session in the app's storage.
///
/// Nothing in here waits, so no call comes between the reads and writes of another.
actor Sessions {
  private let record: StoredRecord
  /// For `keep`: a sign-in that began before a sign-out must not undo it.
  private(set) var signOuts = 0

  init(_ options: ClientOptions) {
    record = StoredRecord(
      storage: options.storage, key: "baton.session", fields: ["webNonce"],
      fixed: ["baton": options.baton, "clientId": options.clientID])
  }

  /// The current web nonce.
  func read() throws -> String? { try record.read()?["webNonce"] }

  /// The current web nonce. Throws `signed_out` where there is none.
  func required() throws -> String {
    guard let webNonce = try read() else { throw BatonError.signedOut }
    return webNonce
  }

  /// Runs `use` with the web nonce. Forgets it when `use` finds that the session has ended.
  nonisolated func use<T: Sendable>(_ use: @Sendable (String) async throws -> T) async throws -> T {
    let webNonce = try await required()
    do {
      return try await use(webNonce)
    } catch let error as BatonError where error.code == .signedOut {
      await forget(webNonce)
      throw error
    }
  }

  /// Keeps a new web nonce and returns the one that it replaces. Throws `signed_out` after a sign-out.
  func keep(_ webNonce: String, since: Int) throws -> String? {
    guard signOuts == since else { throw BatonError.signedOut }
    // A record that cannot be read must not keep the person from signing in again.
    let before = try? read()
    try record.write(["webNonce": webNonce])
    return before
  }

  /// Forgets the session, also one that cannot be read. Returns its web nonce, also one that stays.
  func end() -> (webNonce: String?, forgotten: Result<Void, any Error>) {
    signOuts += 1
    let webNonce = Result { try read() }
    let removed = Result { try record.remove() }
    return (try? webNonce.get(), webNonce.flatMap { _ in removed })
  }

  // Another sign-in may have replaced it meanwhile. And the person is signed out even if the storage fails.
  private func forget(_ webNonce: String) {
    guard let current = try? read(), current == webNonce else { return }
    try? record.remove()
  }
}
