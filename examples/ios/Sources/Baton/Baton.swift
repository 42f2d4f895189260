import Foundation

/// Makes requests at Baton with the headers that carry a token: as bearer (RFC 6750, section 2.1), or with a
/// proof of the app's key (RFC 9449, section 7.1). Where Baton wants a newer nonce in the proof, it sends the
/// request once more.
struct Baton: Sendable {
  let http: HTTP
  let prover: Prover?

  /// Sends a request of the library's own. `token` is the token that it comes with.
  ///
  /// Throws `network`, `storage`, `unsupported_response`; `refused` where Baton takes no proof of this key.
  func send(_ request: URLRequest, token: String?) async throws -> Answer {
    try await twice(request, token: token) { try await http.send($0) }
  }

  /// Sends a request to a backend behind Baton.
  func fetch(_ request: URLRequest, token: String) async throws -> Answer {
    let answer = try await twice(request, token: token) { try await http.fetch($0) }
    if Self.saysSignedOut(answer) { throw BatonError.signedOut }
    return answer
  }

  /// The headers that carry a token, or with a signer prove that the app has its key.
  ///
  /// Throws `invalid_argument` for a URL that no secret may be sent to.
  func headers(
    method: String, url: String, token: String?, nonce: String? = nil
  ) async throws -> [String: String] {
    guard let address = SecureURL.parse(url), SecureURL.isSecure(address) else {
      throw BatonError(.invalidArgument, "the url must be an https URL (http: for loopback only)")
    }
    guard let prover else { return token.map { ["Authorization": "Bearer \($0)"] } ?? [:] }
    let proof = try await prover.proof(method: method, address: address, token: token, nonce: nonce)
    return token.map { ["Authorization": "DPoP \($0)", "DPoP": proof] } ?? ["DPoP": proof]
  }

  /// Whether Baton itself says that the session has ended. A server behind Baton cannot say so: Baton passes
  /// on no challenge of the token service, and marks every answer of a backend.
  static func saysSignedOut(_ answer: Answer) -> Bool {
    answer.status == 401 && !answer.isBackends && answer.challengedError == "invalid_token"
  }

  private func twice(
    _ request: URLRequest, token: String?, by load: (URLRequest) async throws -> Answer
  ) async throws -> Answer {
    var answer = try await attempt(request, token: token, by: load)
    if proofRefusal(answer, token: token) == "use_dpop_nonce" {
      answer = try await attempt(request, token: token, by: load)
    }
    guard let error = proofRefusal(answer, token: token) else { return answer }
    let description = "Baton takes no proof of this key: is the clock right?"
    throw BatonError(.refused, description, error: error, status: answer.status)
  }

  private func attempt(
    _ request: URLRequest, token: String?, by load: (URLRequest) async throws -> Answer
  ) async throws -> Answer {
    var request = request
    let url = request.url?.absoluteString ?? ""
    for (name, value) in try await headers(method: request.httpMethod ?? "GET", url: url, token: token) {
      request.setValue(value, forHTTPHeaderField: name)
    }
    let answer = try await load(request)
    await prover?.heard(answer.header("DPoP-Nonce"))
    return answer
  }

  // By the challenge, or at the token endpoint by the body (RFC 9449, sections 8 and 9), where a proof comes
  // without a token. A backend may want proofs as well; and the answer of a token service is passed on as it
  // is.
  private func proofRefusal(_ answer: Answer, token: String?) -> String? {
    guard prover != nil, !answer.isBackends else { return nil }
    let isTokenEndpoint = answer.status == 400 && token == nil
    let error = isTokenEndpoint ? answer.error : answer.status == 401 ? answer.challengedError : nil
    return ["use_dpop_nonce", "invalid_dpop_proof"].contains(error) ? error : nil
  }
}
