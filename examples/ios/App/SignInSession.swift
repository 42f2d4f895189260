// Not compiled here: it needs Xcode.
import AuthenticationServices
import UIKit

/// The system's browser above the app (RFC 8252, appendix B.1).
@MainActor
final class SignInSession: NSObject, ASWebAuthenticationPresentationContextProviding {
  private var session: ASWebAuthenticationSession?

  /// Opens a URL, and gives the callback that the browser comes to. Throws `CancellationError` where the
  /// person closes it. Only this app sees the callback: the system hands it to the session that waits for the
  /// scheme.
  func open(_ url: URL, callbackScheme: String) async throws -> URL {
    try await withCheckedThrowingContinuation { continuation in
      let session = ASWebAuthenticationSession(
        url: url, callbackURLScheme: callbackScheme
      ) { callback, error in
        switch (callback, error as? ASWebAuthenticationSessionError) {
        case (let callback?, _): continuation.resume(returning: callback)
        case (nil, let error?) where error.code != .canceledLogin: continuation.resume(throwing: error)
        default: continuation.resume(throwing: CancellationError())
        }
      }
      session.presentationContextProvider = self
      self.session = session
      // A session that cannot start calls back with the reason.
      session.start()
    }
  }

  func presentationAnchor(for session: ASWebAuthenticationSession) -> ASPresentationAnchor {
    let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
    return scenes.compactMap(\.keyWindow).first ?? ASPresentationAnchor()
  }
}
