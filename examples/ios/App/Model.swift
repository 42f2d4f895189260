// Not compiled here: it needs Xcode.
import Baton
import Foundation

/// The one client of the app, and what the screen shows.
@MainActor
final class Model: ObservableObject {
  static let redirectScheme = "org.example.baton"
  private static let batonURL = "http://localhost:3000"
  private static let targetURL = "http://127.0.0.1:4002"

  @Published private(set) var said = ""
  @Published var page: Page?

  /// A web view that is open.
  struct Page: Identifiable {
    let id = UUID()
    let handOff: HandOff
    let origins: WebViewOrigins
  }

  private let signInSession = SignInSession()
  private var client: BatonClient?

  func signIn() {
    attempt { client in
      let url = try await client.beginSignIn()
      let callbackURL = try await self.signInSession.open(url, callbackScheme: Self.redirectScheme)
      let claims = try await client.finishSignIn(callbackURL: callbackURL)
      self.said = "Signed in as \(claims["name"]?.string ?? "somebody")"
    }
  }

  func greet() {
    attempt { client in
      let (body, response) = try await client.fetch("/api/backends/demo/api/authenticated/greeting")
      self.said = "\(response.statusCode) \(String(decoding: body, as: UTF8.self))"
    }
  }

  /// Asks for the link when the web view is about to open: it lives for seconds and works once.
  func open() {
    attempt { client in
      let origins = try WebViewOrigins(Self.batonURL, Self.targetURL)
      self.page = Page(handOff: try await client.handOff(to: "demo-web", redirectTo: "/"), origins: origins)
    }
  }

  func signOut() {
    attempt { client in
      try await client.signOut()
      self.said = "Signed out"
    }
  }

  private func attempt(_ work: @escaping @MainActor (BatonClient) async throws -> Void) {
    Task {
      do {
        let client = try self.client ?? makeClient()
        self.client = client
        try await work(client)
      } catch let error as BatonError where error.code == .signedOut {
        signIn()
      } catch is CancellationError {
        said = ""
      } catch {
        said = (error as? BatonError)?.code.rawValue ?? "Something failed"
      }
    }
  }

  private func makeClient() throws -> BatonClient {
    let provider = try IdentityProviderOptions(
      issuer: "http://127.0.0.1:4000", clientID: "demo-phone",
      redirectURI: "\(Self.redirectScheme):/callback", scope: "openid profile email api")
    return BatonClient(
      try ClientOptions(
        batonURL: Self.batonURL, clientID: "demo-phone", identityProvider: provider,
        storage: KeychainStorage(), signer: try deviceKey()))
  }

  private func deviceKey() throws -> any Signer {
    #if targetEnvironment(simulator)
      // Its Secure Enclave is that of the Mac, where it has one.
      MemorySigner()
    #else
      try SecureEnclaveSigner(name: "baton.key")
    #endif
  }
}
