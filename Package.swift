// swift-tools-version: 6.2

import PackageDescription

/// One list for every target, so that no module speaks a dialect of its own.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

// MARK: Connectors

/// The connectors of this repository, in the brand's spelling; the id is the lower-case form.
let connectors = [
    "HTTP", "Slack", "GitHub", "Jira", "OpenAI", "Transform", "Anthropic", "Redis", "PostgreSQL", "Email",
    "JavaScript", "RSS",
]

/// What the logic of a connector needs beside the SDK.
let connectorParts: [String: [Target.Dependency]] = [
    // The language of workflows, which is pure; see decision 0022.
    "Transform": ["PatchbayExpressions", "XMLDocuments"], "RSS": ["XMLDocuments"],
    "PostgreSQL": ["CLibPQ"], "Email": ["CLibCurl"], "JavaScript": ["CJavaScriptCore"],
    "AWSS3": ["AmazonServices", "XMLDocuments"], "AWSSQS": ["AmazonServices"],
    "AWSSNS": ["AmazonServices", "XMLDocuments"], "AWSLambda": ["AmazonServices"], "AWSSES": ["AmazonServices"],
]

/// Amazon's services, each a connector of its own: `aws-s3`, …
let amazonServices = ["S3", "SQS", "SNS", "Lambda", "SES"]

/// Connectors that only tests and measurements use.
let fixtures = ["Noop", "GreeterOne", "GreeterTwo"]

/// A connector is two targets: its logic, which tests link, and a one-file module that exports the entry symbol, which
/// only the shared library links (SwiftPM links all tests into one binary, where two entry symbols would clash).
func connectorTargets(_ name: String, path: String? = nil) -> [Target] {
    let path = path ?? "Connectors/\(name)"
    return [
        .target(
            name: "\(name)Connector",
            dependencies: ["ConnectorSDK", "PatchbayJSON"] + connectorParts[name, default: []],
            path: "\(path)/Sources", swiftSettings: settings),
        .target(
            name: "\(name)Module", dependencies: ["CPatchbay", "ConnectorSDK", .target(name: "\(name)Connector")],
            path: "\(path)/Module", swiftSettings: settings,
            linkerSettings: [
                .unsafeFlags([
                    "-use-ld=lld", "-Xlinker",
                    "--version-script=\(Context.packageDirectory)/ConnectorSDK/CPatchbay/connector.map",
                ])
            ]),
    ]
}

func connectorProduct(_ name: String, id: String? = nil) -> Product {
    .library(name: id ?? name.lowercased(), type: .dynamic, targets: ["\(name)Module"])
}

/// What several connectors share.
let connectorSources: [Target] = [
    // Not by pkg-config, which brings flags that the package manager refuses.
    .systemLibrary(
        name: "CJavaScriptCore", path: "Connectors/JavaScript/CJavaScriptCore",
        providers: [.apt(["libjavascriptcoregtk-4.1-dev"])]),
    .target(name: "XMLDocuments", path: "Connectors/XML", swiftSettings: settings),
    .target(
        name: "AmazonServices", dependencies: ["ConnectorSDK", "PatchbayJSON", "XMLDocuments"],
        path: "Connectors/AWS/Shared", swiftSettings: settings),
]

/// Connectors without code: the format of their documents, which commands check and the generic library serves, and that
/// library, `libdeclarative.so`, of which every such connector is a copy with its document inside.
let declarative: [Target] = [
    .target(
        name: "DeclarativeFormat", dependencies: ["PatchbayJSON"], path: "ConnectorSDK/Declarative",
        swiftSettings: settings),
    .target(name: "CDeclarativeSlot", path: "Connectors/Declarative/Slot"),
    .target(
        name: "DeclarativeConnector",
        dependencies: ["CDeclarativeSlot", "CPatchbay", "ConnectorSDK", "DeclarativeFormat", "PatchbayJSON"],
        path: "Connectors/Declarative/Sources", swiftSettings: settings),
    .target(
        name: "DeclarativeModule", dependencies: ["CPatchbay", "DeclarativeConnector"],
        path: "Connectors/Declarative/Module", swiftSettings: settings,
        linkerSettings: [
            .unsafeFlags([
                "-use-ld=lld", "-Xlinker",
                "--version-script=\(Context.packageDirectory)/ConnectorSDK/CPatchbay/connector.map",
            ])
        ]),
]

// MARK: Targets

let yaml = Target.Dependency.product(name: "Yams", package: "Yams")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let embedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let webSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let systemPaths = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A module of the host: `Host/<name>` becomes `Patchbay<name>`.
func host(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(
        name: "Patchbay\(name)", dependencies: dependencies, path: "Host/\(name)", exclude: exclude,
        swiftSettings: settings)
}

/// The tests of one module: `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", exclude: exclude,
        swiftSettings: settings)
}

let sdk: [Target] = [
    .target(name: "CPatchbay", path: "ConnectorSDK/CPatchbay", exclude: ["connector.map"]),
    .target(name: "PatchbayJSON", path: "ConnectorSDK/JSON", swiftSettings: settings),
    .target(
        name: "ConnectorSDK", dependencies: ["CPatchbay", "PatchbayJSON"], path: "ConnectorSDK/SDK",
        swiftSettings: settings),
]

/// What connectors' authors test with; recordings are shared with the host's own test command.
let testKit: [Target] = [
    .target(
        name: "ConnectorReplay", dependencies: ["PatchbayJSON"], path: "ConnectorSDK/TestKit/Replay",
        swiftSettings: settings),
    .target(
        name: "ConnectorTestKit", dependencies: ["ConnectorReplay", "ConnectorSDK", "PatchbayJSON"],
        path: "ConnectorSDK/TestKit/Host", swiftSettings: settings),
]

let system: [Target] = [
    .systemLibrary(
        name: "CLibPQ", path: "Host/System/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
        name: "CLibCurl", path: "Host/System/CLibCurl", pkgConfig: "libcurl",
        providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
        name: "CLibArchive", path: "Host/System/CLibArchive", pkgConfig: "libarchive",
        providers: [.apt(["libarchive-dev"])]),
    .target(name: "CLinux", path: "Host/System/CLinux"),
    // Apart, because what it defines is for the runner alone.
    .target(name: "CRunner", path: "Host/System/CRunner"),
    // Not by pkg-config: re2.pc holds `-pthread`, which the package manager refuses with a warning.
    .target(name: "CRE2", path: "Host/System/CRE2", linkerSettings: [.linkedLibrary("re2")]),
]

let hostTargets: [Target] = [
    host("Core", ["PatchbayJSON"]),
    host("TimeZones", ["PatchbayCore"]),
    host("Patterns", ["CRE2"]),
    host("Schemas", ["PatchbayCore", "PatchbayJSON", "PatchbayPatterns"]),
    host("Expressions", ["PatchbayCore", "PatchbayJSON", "PatchbayPatterns"]),
    host("Frames", ["CLinux", "CPatchbay"]),
    host("Security", ["PatchbayCore", "PatchbayJSON", crypto, cryptoExtras]),
    host("Outbound", ["CLibCurl", "PatchbayCore", "PatchbayJSON", logging]),
    host("Postgres", ["CLibPQ", logging]),
    host(
        "Modules",
        [
            "CLibArchive", "CLinux", "CPatchbay", "PatchbayJSON", "PatchbayCore", "PatchbayFrames",
            "PatchbayOutbound", "PatchbaySchemas", "PatchbaySecurity", logging,
        ]),
    host(
        "Engine",
        ["PatchbayJSON", "PatchbayCore", "PatchbaySchemas", "PatchbayExpressions", "PatchbaySecurity", logging]),
    host("Import", ["PatchbayCore", "PatchbayEngine", "PatchbayExpressions", "PatchbayJSON"]),
    host(
        "Marketplace",
        ["PatchbayJSON", "PatchbayCore", "PatchbaySchemas", "PatchbayExpressions", "PatchbayEngine"]),
    host(
        "Federation",
        [
            "PatchbayCore", "PatchbayJSON", "PatchbayMarketplace", "PatchbayModules", "PatchbayOutbound",
            "PatchbaySecurity", logging,
        ]),
    host(
        "Authoring",
        [
            "CLinux", "ConnectorReplay", "DeclarativeFormat", "PatchbayCore", "PatchbayJSON", "PatchbayModules",
            "PatchbayOutbound", "PatchbaySchemas", "PatchbaySecurity", logging, yaml,
        ]),
    host("Storage", ["PatchbayJSON", "PatchbayCore", "PatchbayPostgres", crypto, logging]),
    host(
        "API",
        [
            "PatchbayJSON", "PatchbayCore", "PatchbayEngine", "PatchbayExpressions", "PatchbayImport",
            "PatchbayMarketplace", "PatchbaySchemas", "PatchbaySecurity", hummingbird, webSocket, logging, lifecycle,
        ]),
    .executableTarget(
        name: "patchbay-runner", dependencies: ["CLinux", "CPatchbay", "CRunner", "PatchbayFrames", "PatchbayJSON"],
        path: "Host/Runner", swiftSettings: settings,
        // What answers libraries in the C library's place must be seen by them.
        linkerSettings: [
            .unsafeFlags(
                ["open", "fopen", "fopen64", "stat"].flatMap { ["-Xlinker", "--export-dynamic-symbol=\($0)"] })
        ]),
    .executableTarget(
        name: "patchbay",
        dependencies: [
            "PatchbayAPI", "PatchbayAuthoring", "PatchbayCore", "PatchbayEngine", "PatchbayExpressions",
            "PatchbayFederation", "PatchbayImport", "PatchbayJSON", "PatchbayMarketplace", "PatchbayModules",
            "PatchbayOutbound", "PatchbayPostgres", "PatchbaySchemas", "PatchbaySecurity", "PatchbayStorage",
            "PatchbayTimeZones", hummingbird, logging, lifecycle, signals, arguments, configuration, systemPaths,
        ],
        path: "Host/App", swiftSettings: settings),
]

let testTargets: [Target] = [
    .executableTarget(
        name: "patchbay-bench",
        dependencies: ["Fuzzing", "PatchbayCore", "PatchbayExpressions", "PatchbayJSON", "PatchbayModules", logging],
        path: "Tests/Bench", exclude: ["Engine"], swiftSettings: settings),
    .executableTarget(
        name: "patchbay-engine-bench",
        dependencies: [
            "PatchbayCore", "PatchbayEngine", "PatchbayJSON", "PatchbayPostgres", "PatchbaySecurity", "PatchbayStorage",
            hummingbird, logging,
        ],
        path: "Tests/Bench/Engine", swiftSettings: settings),
    tests("Architecture", ["PatchbayJSON"]),
    .target(name: "SharedSuites", path: "Tests/SharedSuites", swiftSettings: settings),
    tests("JSON", ["PatchbayJSON", "SharedSuites"]),
    .target(
        name: "Fuzzing", dependencies: ["PatchbayCore", "PatchbayExpressions", "PatchbayJSON", "PatchbaySchemas"],
        path: "Tests/Fuzzing", swiftSettings: settings),
    tests("Fuzz", ["Fuzzing", "PatchbayJSON", "SharedSuites"]),
    tests("CPatchbay", ["CPatchbay"], exclude: ["layout-1.txt"]),
    tests("SDK", ["CPatchbay", "ConnectorSDK", "PatchbayJSON"]),
    tests(
        "Connectors",
        [
            "CanaryFixture", "ConnectorSDK", "HostFixture", "PatchbayAuthoring", "PatchbayCore", "PatchbayEngine",
            "PatchbayJSON", "PatchbayMarketplace", "PatchbayModules", "PatchbayOutbound", "PatchbaySchemas",
            "PatchbaySecurity", "ServerFixture", "TaskFixture", "XMLDocuments", "patchbay", "patchbay-runner", logging,
        ] + (connectors + amazonServices.map { "AWS\($0)" }).map { .target(name: "\($0)Connector") },
        exclude: ["Servers"]),
    tests("Declarative", ["ConnectorSDK", "DeclarativeConnector", "DeclarativeFormat", "PatchbayJSON"]),
    tests("Core", ["PatchbayCore", "PatchbayJSON"]),
    tests("TimeZones", ["PatchbayCore", "PatchbayTimeZones"]),
    tests("Patterns", ["PatchbayPatterns"]),
    tests("Schemas", ["PatchbaySchemas", "PatchbayJSON", "SharedSuites"]),
    tests("Expressions", ["PatchbayExpressions", "PatchbayCore", "PatchbayJSON", "PatchbayTimeZones", "SharedSuites"]),
    .target(
        name: "ServerFixture", dependencies: ["PatchbayJSON"], path: "Tests/ServerFixture", swiftSettings: settings),
    .target(
        name: "OpenIDFixture", dependencies: ["PatchbayCore", "PatchbayJSON", crypto, cryptoExtras],
        path: "Tests/OpenIDFixture", swiftSettings: settings),
    tests(
        "Security",
        [
            "OpenIDFixture", "PatchbayCore", "PatchbayJSON", "PatchbayOutbound", "PatchbaySecurity", "ServerFixture",
            "VaultFixture", crypto, cryptoExtras,
        ], exclude: ["Servers"]),
    .target(name: "VaultFixture", dependencies: ["PatchbayCore"], path: "Tests/VaultFixture", swiftSettings: settings),
    .target(
        name: "TaskFixture", dependencies: ["PatchbayCore", "PatchbayJSON"], path: "Tests/TaskFixture",
        swiftSettings: settings),
    // What the filter of addresses is tried in: a network of its own, with every address of the world.
    .executableTarget(
        name: "patchbay-closed-network", dependencies: ["PatchbayJSON", "PatchbayOutbound"],
        path: "Tests/ClosedNetwork",
        swiftSettings: settings),
    tests("Outbound", ["PatchbayOutbound", "PatchbayCore", "PatchbayJSON", "patchbay-closed-network", logging]),
    .target(
        name: "DatabaseFixture", dependencies: ["PatchbayPostgres", logging], path: "Tests/DatabaseFixture",
        swiftSettings: settings),
    tests("Postgres", ["DatabaseFixture", "PatchbayPostgres", logging]),
    tests(
        "Storage",
        [
            "DatabaseFixture", "PatchbayStorage", "PatchbayEngine", "PatchbayPostgres", "PatchbayCore", "PatchbayJSON",
            "PatchbaySecurity",
        ]),
    .target(
        name: "ManifestFixture", dependencies: ["PatchbayJSON", "PatchbayModules"], path: "Tests/ManifestFixture",
        swiftSettings: settings),
    tests(
        "Modules",
        [
            "CLinux", "CPatchbay", "ManifestFixture", "PatchbayModules", "PatchbayCore", "PatchbayFrames",
            "PatchbayJSON",
            "PatchbayOutbound", "PatchbaySchemas", "PatchbaySecurity", "patchbay-runner", crypto, logging,
        ], exclude: ["Fixtures"]),
    tests(
        "Marketplace", ["PatchbayCore", "PatchbayEngine", "PatchbayExpressions", "PatchbayJSON", "PatchbayMarketplace"]),
    tests(
        "Federation",
        [
            "HostFixture", "ManifestFixture", "PatchbayCore", "PatchbayFederation", "PatchbayJSON",
            "PatchbayMarketplace", "PatchbayModules", "PatchbayOutbound", "PatchbaySecurity", hummingbird, logging,
        ]),
    tests(
        "Authoring",
        [
            "ConnectorReplay", "ConnectorSDK", "ConnectorTestKit", "DeclarativeFormat", "ManifestFixture",
            "PatchbayAuthoring", "PatchbayCore", "PatchbayJSON", "PatchbayModules", "PatchbayOutbound",
            "PatchbaySecurity", "patchbay-runner",
        ]),
    .target(
        name: "APIContract", dependencies: ["PatchbayJSON", "PatchbaySchemas"], path: "Tests/APIContract",
        swiftSettings: settings),
    tests(
        "API",
        [
            "APIContract", "OpenIDFixture", "PatchbayAPI", "PatchbayCore", "PatchbayEngine", "PatchbayExpressions",
            "PatchbayJSON", "PatchbayOutbound", "PatchbaySecurity", "ServerFixture", "TaskFixture", "VaultFixture",
            hummingbirdTesting, embedded, webSocket, logging, lifecycle,
        ], exclude: ["Servers"]),
    .target(name: "CanaryFixture", dependencies: [logging], path: "Tests/CanaryFixture", swiftSettings: settings),
    .target(
        name: "HostFixture", dependencies: ["PatchbayJSON", "PatchbayOutbound", hummingbird, logging],
        path: "Tests/HostFixture", swiftSettings: settings),
    tests(
        "OAuth",
        [
            "DatabaseFixture", "HostFixture", "PatchbayCore", "PatchbayJSON", "PatchbayOutbound", "PatchbayPostgres",
            "PatchbaySecurity", "PatchbayStorage", "ServerFixture", hummingbird, logging,
        ], exclude: ["Servers"]),
    tests(
        "People",
        [
            "DatabaseFixture", "PatchbayAPI", "PatchbayCore", "PatchbayEngine", "PatchbayJSON", "PatchbayOutbound",
            "PatchbayPostgres", "PatchbaySecurity", "PatchbayStorage", "ServerFixture", hummingbird, hummingbirdTesting,
            logging,
        ], exclude: ["Servers"]),
    tests(
        "System",
        [
            "APIContract", "CanaryFixture", "DatabaseFixture", "HostFixture", "PatchbayCore", "PatchbayJSON",
            "PatchbayOutbound", "PatchbaySecurity",
            "PatchbayPostgres", hummingbird, logging, "patchbay", "patchbay-runner",
        ]
            + (["HTTP", "Slack", "Redis", "PostgreSQL", "Email"] + fixtures).map { .target(name: "\($0)Connector") }),
    tests(
        "Chaos",
        [
            "DatabaseFixture", "HostFixture", "PatchbayCore", "PatchbayEngine", "PatchbayJSON", "PatchbayPostgres",
            "PatchbayOutbound", "PatchbayStorage", hummingbird, logging, "patchbay", "patchbay-runner", "HTTPConnector",
        ]),
    tests("Import", ["PatchbayCore", "PatchbayEngine", "PatchbayExpressions", "PatchbayImport", "PatchbayJSON"]),
    tests(
        "Engine",
        [
            "PatchbayEngine", "PatchbayCore", "PatchbayJSON", "PatchbayExpressions", "PatchbaySchemas",
            "PatchbaySecurity", "PatchbayTimeZones", "TaskFixture", logging,
        ],
        exclude: ["Journals"]),
]

let package = Package(
    name: "patchbay",
    products: (connectors + fixtures).map { connectorProduct($0) }
        + amazonServices.map { connectorProduct("AWS\($0)", id: "aws-\($0.lowercased())") }
        + [connectorProduct("Declarative")],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: sdk + testKit + declarative + connectorSources + connectors.flatMap { connectorTargets($0) }
        + amazonServices.flatMap { connectorTargets("AWS\($0)", path: "Connectors/AWS/\($0)") }
        + fixtures.flatMap { connectorTargets($0, path: "Tests/Fixtures/\($0)") } + system + hostTargets + testTargets,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
