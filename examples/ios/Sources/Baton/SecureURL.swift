import Foundation

/// Where secrets may be sent.
enum SecureURL {
  /// An absolute URL (RFC 3986), or `nil`. Never mends one: what is sent is what was checked.
  static func parse(_ text: String) -> URLComponents? {
    guard text.wholeMatch(of: #/[A-Za-z0-9\-._~:\/?#\[\]@!$&'()*+,;=%]+/#) != nil,
      let url = URLComponents(string: text), url.scheme != nil
    else { return nil }
    return url
  }

  /// Whether secrets may be sent to a URL: over TLS, or to this device's loopback address (RFC 8252, section
  /// 8.3).
  static func isSecure(_ url: URLComponents) -> Bool {
    guard let host = url.host, !host.isEmpty, url.user == nil, url.password == nil else { return false }
    let scheme = url.scheme?.lowercased()
    return scheme == "https" || (scheme == "http" && isLoopback(host.lowercased()))
  }

  /// Scheme, host and port of a URL with a host, the port only where it is not the scheme's own.
  static func origin(of url: URLComponents) -> String {
    let scheme = url.scheme?.lowercased() ?? ""
    let host = url.percentEncodedHost?.lowercased() ?? ""
    guard let port = url.port, port != (scheme == "https" ? 443 : 80) else { return "\(scheme)://\(host)" }
    return "\(scheme)://\(host):\(port)"
  }

  private static func isLoopback(_ host: String) -> Bool {
    ["localhost", "::1", "[::1]"].contains(host) || host.wholeMatch(of: #/127(\.\d{1,3}){3}/#) != nil
  }
}
