import Foundation

/// One record of strings in the app's storage. Every call throws `storage` where the storage fails.
struct StoredRecord: Sendable {
  let storage: any Storage
  let key: String
  let fields: [String]
  /// Members with a constant value: a record with another one belongs to another Baton or another client, and
  /// must not be used here.
  let fixed: [String: String]

  /// The record. Removes one that is damaged or belongs to another client.
  func read() throws -> [String: String]? {
    guard let text = try guarded({ try storage.get(key) }) else { return nil }
    if let record = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8)), isOurs(record) {
      return record
    }
    try remove()
    return nil
  }

  func write(_ record: [String: String]) throws {
    let whole = record.merging(fixed) { _, fixed in fixed }
    try guarded {
      let json = try JSONEncoder().encode(whole)
      try storage.set(key, to: String(decoding: json, as: UTF8.self))
    }
  }

  func remove() throws { try guarded { try storage.remove(key) } }

  private func isOurs(_ record: [String: String]) -> Bool {
    // Only characters that a header or a URL can hold.
    fields.allSatisfy { record[$0]?.wholeMatch(of: #/[\x21-\x7e]+/#) != nil }
      && fixed.allSatisfy { record[$0.key] == $0.value }
  }

  private func guarded<T>(_ work: () throws -> T) throws -> T {
    do {
      return try work()
    } catch {
      throw BatonError(.storage, "the storage of this app failed", cause: error)
    }
  }
}
