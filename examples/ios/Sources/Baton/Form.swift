import Foundation

/// Parameters as `application/x-www-form-urlencoded`. Those without a value are left out.
struct Form {
  private var pairs: [(name: String, value: String)]

  init(_ parameters: KeyValuePairs<String, String?>) {
    pairs = parameters.compactMap { name, value in value.map { (name, $0) } }
  }

  /// The parameters as the body of a request or the query of a URL.
  var encoded: String {
    pairs.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }.joined(separator: "&")
  }

  /// The values of a parameter in the query of a URL.
  static func values(of name: String, in url: URLComponents) -> [String] {
    (url.percentEncodedQuery ?? "").split(separator: "&").compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, decode(parts[0]) == name else { return nil }
      return decode(parts[1])
    }
  }

  private static func encode(_ text: String) -> String {
    let unreserved = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  private static func decode(_ text: Substring) -> String? {
    text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
  }
}
