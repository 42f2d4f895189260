// Not compiled here: it needs Xcode.
import CryptoKit
import Foundation
import Security
import WebKit

/// Holds a web view to the pins of Info.plist, which the system itself does for URLSession alone. Takes keys
/// on the curve P-256: with a pin, a server that has another kind of key is refused.
class PinnedNavigation: NSObject, WKNavigationDelegate {
  func webView(
    _ webView: WKWebView, respondTo challenge: URLAuthenticationChallenge
  ) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {
    let space = challenge.protectionSpace
    guard let trust = space.serverTrust, let pins = Self.pins(of: space.host) else {
      return (.performDefaultHandling, nil)
    }
    // The system still checks the whole chain.
    guard let pin = Self.pin(of: trust), pins.contains(pin) else {
      return (.cancelAuthenticationChallenge, nil)
    }
    return (.performDefaultHandling, nil)
  }

  private static func pins(of host: String) -> [String]? {
    let security = Bundle.main.object(forInfoDictionaryKey: "NSAppTransportSecurity") as? [String: Any]
    let domains = security?["NSPinnedDomains"] as? [String: [String: Any]]
    let identities = domains?[host]?["NSPinnedLeafIdentities"] as? [[String: String]]
    return identities?.compactMap { $0["SPKI-SHA256-BASE64"] }
  }

  private static func pin(of trust: SecTrust) -> String? {
    guard let chain = SecTrustCopyCertificateChain(trust) as? [SecCertificate], let leaf = chain.first,
      let key = SecCertificateCopyKey(leaf), let point = SecKeyCopyExternalRepresentation(key, nil) as Data?,
      let publicKey = try? P256.Signing.PublicKey(x963Representation: point)
    else { return nil }
    return Data(SHA256.hash(data: publicKey.derRepresentation)).base64EncodedString()
  }
}
