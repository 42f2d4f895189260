import CryptoKit
import Foundation

/// A key of this device that signs and never leaves it, on the curve P-256.
public protocol Signer: Sendable {
  func publicKey() throws -> P256.Signing.PublicKey
  /// Signs with ECDSA and SHA-256.
  func sign(_ data: Data) throws -> P256.Signing.ECDSASignature
}

/// A key that lasts as long as the process, for tests and for simulators without a Secure Enclave.
public struct MemorySigner: Signer {
  private let key: P256.Signing.PrivateKey

  public init() { key = P256.Signing.PrivateKey() }

  public func publicKey() -> P256.Signing.PublicKey { key.publicKey }
  public func sign(_ data: Data) throws -> P256.Signing.ECDSASignature { try key.signature(for: data) }
}
