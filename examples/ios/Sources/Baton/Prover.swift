import CryptoKit
import Foundation

/// Makes DPoP proofs with the app's key, and remembers the newest nonce that Baton gave for them.
actor Prover {
  private let signer: any Signer
  private let baton: String
  private let now: @Sendable () -> Date
  private var newest: String?

  init(signer: any Signer, baton: String, now: @escaping @Sendable () -> Date) {
    self.signer = signer
    self.baton = baton
    self.now = now
  }

  /// A proof for one request (RFC 9449, section 4.2).
  ///
  /// - Parameters:
  ///   - token: The token that it comes with.
  ///   - nonce: The nonce of a server other than Baton.
  ///
  /// Throws `storage` where the key cannot be used.
  func proof(
    method: String, address: URLComponents, token: String?, nonce: String? = nil
  ) throws -> String {
    let origin = SecureURL.origin(of: address)
    let claims = Claims(
      jti: ProofKey.randomText(), htm: method, htu: origin + address.percentEncodedPath,
      iat: Int(now().timeIntervalSince1970), ath: token.map(ProofKey.challenge),
      nonce: nonce ?? (origin == baton ? newest : nil))
    do {
      let text = try encoded(Header(jwk: PublicJWK(signer.publicKey()))) + "." + encoded(claims)
      return try text + "." + signer.sign(Data(text.utf8)).rawRepresentation.base64URL
    } catch {
      throw BatonError(.storage, "the key of this app cannot be used", cause: error)
    }
  }

  /// Remembers the nonce of an answer of Baton's.
  func heard(_ nonce: String) {
    if !nonce.isEmpty { newest = nonce }
  }

  private func encoded(_ part: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return try encoder.encode(part).base64URL
  }
}

private struct Header: Encodable {
  var typ = "dpop+jwt"
  var alg = "ES256"
  let jwk: PublicJWK
}

/// Members without a value are left out.
private struct Claims: Encodable {
  let jti: String
  let htm: String
  let htu: String
  let iat: Int
  let ath: String?
  let nonce: String?
}

/// A public key on the curve P-256 (RFC 7518, section 6.2.1).
private struct PublicJWK: Encodable {
  var kty = "EC"
  var crv = "P-256"
  let x: String
  let y: String

  init(_ key: P256.Signing.PublicKey) {
    x = key.rawRepresentation.prefix(32).base64URL
    y = key.rawRepresentation.suffix(32).base64URL
  }
}
