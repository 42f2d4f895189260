import Foundation

/// A one-time link that signs a web view in, and the headers for its first load. Open it within `expiresIn`
/// seconds. Printing it reveals neither.
public struct HandOff: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public let url: URL
  /// Send these with the first load of `url` and with no other request.
  public let headers: [String: String]
  public let expiresIn: TimeInterval

  init(_ json: [String: JSONValue], verifier: String, baton: String) throws {
    let text = try json.text("handoff_uri")
    // The verifier is meant for Baton only: never attach it to a link that leads elsewhere.
    guard let address = SecureURL.parse(text), SecureURL.isSecure(address), address.fragment == nil,
      SecureURL.origin(of: address) == baton, let url = URL(string: text)
    else { throw BatonError(.unsupportedResponse, "handoff_uri is malformed or leads elsewhere") }
    self.url = url
    headers = ["Baton-Handoff-Verifier": verifier]
    expiresIn = try json.seconds("expires_in")
  }

  /// The first load, for `WKWebView.load(_:)`.
  public var request: URLRequest {
    var request = URLRequest(url: url)
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    return request
  }

  public var description: String { "HandOff(expiresIn: \(expiresIn))" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["expiresIn": expiresIn]) }
}
