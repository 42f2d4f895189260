import Foundation

/// A value of JSON (RFC 8259) that can go from one task to another.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  public var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  /// An integer that a number of JSON holds exactly (RFC 7493, section 2.2).
  public var int: Int? {
    guard let number, let value = Int(exactly: number), abs(value) < 1 << 53 else { return nil }
    return value
  }
}

extension JSONValue: Decodable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// The members of a JSON object; `nil` for anything else. Says nothing more: the text may be a secret.
  static func object(in data: Data) -> [String: JSONValue]? {
    try? JSONDecoder().decode([String: JSONValue].self, from: data)
  }
}
