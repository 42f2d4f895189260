// Not compiled here: it needs Xcode.
import Baton
import CryptoKit
import Foundation
import Security

/// The key of this device, which the Secure Enclave made and never gives away.
struct SecureEnclaveSigner: Signer {
  private let key: SecureEnclave.P256.Signing.PrivateKey

  /// Takes the key under this name, or makes a new one where the Secure Enclave takes none. What the Keychain
  /// keeps is the key as this one Secure Enclave has encrypted it.
  init(name: String) throws {
    if let kept = try Keychain.read(name) {
      if let known = try? SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: kept) {
        key = known
        return
      }
      // A web nonce that is bound to it ends as signed_out at its next use.
      try Keychain.remove(name)
    }
    var failure: Unmanaged<CFError>?
    // The app signs while the person does something else: no Face ID for each use of the key.
    let access = SecAccessControlCreateWithFlags(
      nil, kSecAttrAccessibleWhenUnlockedThisDeviceOnly, .privateKeyUsage, &failure)
    guard let access else { throw failure!.takeRetainedValue() as any Error }
    key = try SecureEnclave.P256.Signing.PrivateKey(accessControl: access)
    try Keychain.write(name, key.dataRepresentation)
  }

  func publicKey() -> P256.Signing.PublicKey { key.publicKey }
  func sign(_ data: Data) throws -> P256.Signing.ECDSASignature { try key.signature(for: data) }
}
