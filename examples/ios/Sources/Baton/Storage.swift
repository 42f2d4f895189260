import Foundation

/// Where the app keeps strings by key. Other apps and backups should not be able to read it.
///
/// Calls do not wait, as those of the Keychain do not, so that nothing comes between a read and a write.
public protocol Storage: Sendable {
  func get(_ key: String) throws -> String?
  func set(_ key: String, to value: String) throws
  func remove(_ key: String) throws
}

/// A storage that lasts as long as the process.
public final class MemoryStorage: Storage, @unchecked Sendable {
  private let lock = NSLock()
  private var values: [String: String] = [:]

  public init() {}

  public func get(_ key: String) -> String? { lock.withLock { values[key] } }
  public func set(_ key: String, to value: String) { lock.withLock { values[key] = value } }
  public func remove(_ key: String) { lock.withLock { values[key] = nil } }
}
