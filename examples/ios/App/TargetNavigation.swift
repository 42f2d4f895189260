// Not compiled here: it needs Xcode.
import Baton
import UIKit
import WebKit

/// Keeps a web view on the pages of Baton and the target, and opens links to other pages in the system's
/// browser. Links of other schemes than http and https do nothing.
final class TargetNavigation: PinnedNavigation {
  private let origins: WebViewOrigins

  init(_ origins: WebViewOrigins) {
    self.origins = origins
    super.init()
  }

  func webView(
    _ webView: WKWebView, decidePolicyFor action: WKNavigationAction
  ) async -> WKNavigationActionPolicy {
    let isFrame = action.targetFrame.map { !$0.isMainFrame } ?? false
    guard !isFrame, let url = action.request.url, !origins.has(url.absoluteString) else { return .allow }
    if ["http", "https"].contains(url.scheme?.lowercased()) { _ = await UIApplication.shared.open(url) }
    return .cancel
  }
}
