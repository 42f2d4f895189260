import Foundation

extension Data {
  /// Base64url without padding (RFC 7515, section 2).
  var base64URL: String {
    base64EncodedString()
      .replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }

  /// `nil` where the text is not base64url without padding.
  init?(base64URL text: Substring) {
    guard text.wholeMatch(of: #/[A-Za-z0-9_-]+/#) != nil else { return nil }
    let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    self.init(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
  }
}
