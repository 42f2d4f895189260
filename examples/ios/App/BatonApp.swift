// Not compiled here: it needs Xcode.
import Baton
import SwiftUI

@main
struct BatonApp: App {
  var body: some Scene {
    WindowGroup { ContentView(model: Model()) }
  }
}
