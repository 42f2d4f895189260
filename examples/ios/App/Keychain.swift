// Not compiled here: it needs Xcode.
import Foundation
import Security

/// Items of this app in the Keychain, for this device alone: they cannot be restored to another device.
enum Keychain {
  static func read(_ name: String) throws -> Data? {
    var query = item(name)
    query[kSecReturnData] = true
    var found: CFTypeRef?
    let status = SecItemCopyMatching(query as CFDictionary, &found)
    if status == errSecItemNotFound { return nil }
    try check(status)
    return found as? Data
  }

  static func write(_ name: String, _ value: Data) throws {
    let status = SecItemUpdate(item(name) as CFDictionary, [kSecValueData: value] as CFDictionary)
    guard status == errSecItemNotFound else { return try check(status) }
    var new = item(name)
    new[kSecValueData] = value
    // An app that works while the device is locked takes kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly.
    new[kSecAttrAccessible] = kSecAttrAccessibleWhenUnlockedThisDeviceOnly
    try check(SecItemAdd(new as CFDictionary, nil))
  }

  static func remove(_ name: String) throws {
    let status = SecItemDelete(item(name) as CFDictionary)
    if status != errSecItemNotFound { try check(status) }
  }

  private static func item(_ name: String) -> [CFString: Any] {
    [
      kSecClass: kSecClassGenericPassword,
      kSecAttrService: "org.example.baton",
      kSecAttrAccount: name,
      kSecUseDataProtectionKeychain: true,
    ]
  }

  private static func check(_ status: OSStatus) throws {
    guard status == errSecSuccess else { throw NSError(domain: NSOSStatusErrorDomain, code: Int(status)) }
  }
}
