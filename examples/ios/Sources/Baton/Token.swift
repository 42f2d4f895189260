import Foundation

/// The token service's answer as Baton received it. Printing it does not reveal its content.
public struct Token: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The status of the token service's answer: a refusal is an answer too.
  public let status: Int
  public let contentType: String
  /// The bytes as received.
  public let rawBytes: Data

  /// The bytes as UTF-8, with U+FFFD for invalid sequences.
  public var rawString: String { String(decoding: rawBytes, as: UTF8.self) }

  /// The members of the JSON object, where the answer is one.
  public var json: [String: JSONValue]? { JSONValue.object(in: rawBytes) }

  /// A string member of the JSON object.
  public func getString(_ name: String) -> String? { json?[name]?.string }

  /// An integer member of the JSON object.
  public func getInt(_ name: String) -> Int? { json?[name]?.int }

  public var description: String { "Token(status: \(status))" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["status": status]) }
}
