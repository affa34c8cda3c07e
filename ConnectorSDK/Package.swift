// swift-tools-version: 6.2

// The connector SDK as a package of its own, for connectors that are built outside of Patchbay's repository. It needs no
// other package, so that nothing is fetched. The targets are those of ../Package.swift; a test compares the two lists.

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "ConnectorSDK",
    products: [
        .library(name: "ConnectorSDK", targets: ["CPatchbay", "ConnectorSDK", "PatchbayJSON"]),
        .library(name: "ConnectorTestKit", targets: ["ConnectorReplay", "ConnectorTestKit"]),
    ],
    targets: [
        .target(name: "CPatchbay", path: "CPatchbay", exclude: ["connector.map"]),
        .target(name: "PatchbayJSON", path: "JSON", swiftSettings: settings),
        .target(
            name: "ConnectorSDK", dependencies: ["CPatchbay", "PatchbayJSON"], path: "SDK", swiftSettings: settings),
        .target(
            name: "ConnectorReplay", dependencies: ["PatchbayJSON"], path: "TestKit/Replay", swiftSettings: settings),
        .target(
            name: "ConnectorTestKit", dependencies: ["ConnectorReplay", "ConnectorSDK", "PatchbayJSON"],
            path: "TestKit/Host", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
