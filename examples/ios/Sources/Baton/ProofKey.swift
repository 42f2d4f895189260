import CryptoKit
import Foundation

/// Random texts and their challenges (RFC 7636, sections 4.1 and 4.2).
enum ProofKey {
  /// 256 random bits as 43 base64url characters, which also make a code verifier.
  static func randomText() -> String {
    // The system's own secure generator.
    Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64URL
  }

  /// The S256 challenge of a verifier. The `ath` of a proof is the same digest (RFC 9449, section 4.2).
  static func challenge(of verifier: String) -> String {
    Data(SHA256.hash(data: Data(verifier.utf8))).base64URL
  }
}
