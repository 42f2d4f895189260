/// The origins whose pages a web view of the app shows: Baton's, and that of the application that it hands
/// over to. All other pages belong in the system's browser: a person who types a password into a web view
/// shows it to the app (RFC 8252, section 8.12).
public struct WebViewOrigins: Sendable {
  private let origins: Set<String>

  /// Throws `invalid_argument` for a URL that is not https (http for loopback).
  public init(_ urls: String...) throws {
    origins = try Set(
      urls.map { url in
        guard let origin = Self.origin(of: url) else {
          throw BatonError(.invalidArgument, "a web view shows https URLs only (http: for loopback)")
        }
        return origin
      })
  }

  /// Whether a web view may show the page with this URL.
  public func has(_ url: String) -> Bool { Self.origin(of: url).map(origins.contains) ?? false }

  private static func origin(of url: String) -> String? {
    // Paths and queries of pages may have characters that SecureURL does not take.
    guard let start = url.prefixMatch(of: #/[A-Za-z]+:\/\/[^\/\\?#]+/#),
      let address = SecureURL.parse(String(start.output)), SecureURL.isSecure(address)
    else { return nil }
    return SecureURL.origin(of: address)
  }
}
