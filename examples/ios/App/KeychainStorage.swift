// Not compiled here: it needs Xcode.
import Baton
import Foundation

/// Keeps the session in the Keychain.
struct KeychainStorage: Storage {
  func get(_ key: String) throws -> String? {
    try Keychain.read(key).map { String(decoding: $0, as: UTF8.self) }
  }

  func set(_ key: String, to value: String) throws { try Keychain.write(key, Data(value.utf8)) }
  func remove(_ key: String) throws { try Keychain.remove(key) }
}
