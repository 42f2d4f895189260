// Not compiled here: it needs Xcode.
import Baton
import SwiftUI
import WebKit

/// A web view that knows the person: the session of the app, handed over.
struct WebView: UIViewRepresentable {
  let handOff: HandOff
  let origins: WebViewOrigins

  func makeCoordinator() -> TargetNavigation { TargetNavigation(origins) }

  func makeUIView(context: Context) -> WKWebView {
    let configuration = WKWebViewConfiguration()
    // Cookies of its own, gone with the view: nobody who was signed in before is in it.
    configuration.websiteDataStore = .nonPersistent()
    let view = WKWebView(frame: .zero, configuration: configuration)
    view.navigationDelegate = context.coordinator
    view.load(handOff.request)
    return view
  }

  func updateUIView(_ view: WKWebView, context: Context) {}
}
