// swift-tools-version: 5.9
import PackageDescription

let package = Package(
  name: "Baton",
  platforms: [.iOS(.v16), .macOS(.v13)],
  products: [.library(name: "Baton", targets: ["Baton"])],
  targets: [
    .target(name: "Baton", swiftSettings: [.enableExperimentalFeature("StrictConcurrency")])
  ]
)
