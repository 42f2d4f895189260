// Not compiled here: it needs Xcode.
import SwiftUI

/// Four buttons, and what came of the last one.
struct ContentView: View {
  @StateObject var model: Model

  var body: some View {
    VStack(spacing: 16) {
      Button("Sign in", action: model.signIn)
      Button("Call the backend", action: model.greet)
      Button("Open the web application", action: model.open)
      Button("Sign out", action: model.signOut)
      Text(model.said)
    }
    .buttonStyle(.borderedProminent)
    .padding()
    .sheet(item: $model.page) { WebView(handOff: $0.handOff, origins: $0.origins) }
  }
}
