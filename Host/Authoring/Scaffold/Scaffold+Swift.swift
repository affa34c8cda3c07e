extension Scaffold {
    static func swift(_ name: ConnectorName, _ sdk: SDKFolder) -> [File] {
        [
            File(path: "Sources/\(name.typeName).swift", text: source(name)),
            File(path: "Module/Module.swift", text: module(name)),
            File(path: "Package.swift", text: manifest(name, sdk)),
            File(path: "Tests/\(name.typeName)Tests.swift", text: tests(name)), greeting(of: name), ignored,
        ]
    }

    private static func source(_ name: ConnectorName) -> String {
        """
        public import ConnectorSDK
        import PatchbayJSON

        public let connector = Connector(
            id: "\(name.id)", version: "1.0.0", name: "\(name.title)", summary: "Says hello.", category: .utility,
            actions: [Hello.self])

        struct Hello: Action {
            static let title = "Say hello"
            static let summary = "Greets whoever is named."
            static let effect = Effect.read

            struct Input: Fields {
                @Field("Who is greeted.", .length(1...100), default: "world") var name: String
            }
            struct Output: Fields {
                @Field("The greeting.") var greeting: String
            }

            func run(_ input: Input, in context: Context) async throws -> Output {
                Output { $0.greeting = "Hello, \\(input.name)!" }
            }
        }

        """
    }

    private static func module(_ name: ConnectorName) -> String {
        """
        // The one function that the library exports. It stays as it is.

        import \(name.typeName)Connector
        public import CPatchbay
        import ConnectorSDK

        @c(patchbay_connector_v1)
        public func entry(
            _ minor: UInt32, _ out: UnsafeMutablePointer<pb_module>?, _ why: UnsafeMutablePointer<CChar>?, _ room: UInt32
        ) -> Int32 { enterConnector(connector, minor, out, why, room) }

        """
    }

    private static func manifest(_ name: ConnectorName, _ sdk: SDKFolder) -> String {
        """
        // swift-tools-version: 6.2

        import PackageDescription

        /// Where the connector SDK is. The commands of `patchbay connector` say it by PATCHBAY_SDK.
        let sdk = Context.environment["PATCHBAY_SDK"] ?? "\(sdk.path)"

        let settings: [SwiftSetting] = [.enableUpcomingFeature("InternalImportsByDefault")]

        let package = Package(
            name: "\(name.id)",
            products: [.library(name: "\(name.id)", type: .dynamic, targets: ["\(name.typeName)Module"])],
            dependencies: [.package(name: "ConnectorSDK", path: sdk)],
            targets: [
                .target(
                    name: "\(name.typeName)Connector",
                    dependencies: [.product(name: "ConnectorSDK", package: "ConnectorSDK")],
                    path: "Sources", swiftSettings: settings),
                .target(
                    name: "\(name.typeName)Module", dependencies: ["\(name.typeName)Connector"], path: "Module",
                    swiftSettings: settings),
                .testTarget(
                    name: "\(name.typeName)Tests",
                    dependencies: [
                        "\(name.typeName)Connector", .product(name: "ConnectorTestKit", package: "ConnectorSDK"),
                    ],
                    path: "Tests", exclude: ["Recordings"], swiftSettings: settings),
            ],
            swiftLanguageModes: [.v6])

        """
    }

    private static func tests(_ name: ConnectorName) -> String {
        """
        import ConnectorTestKit
        import PatchbayJSON
        import Testing

        @testable import \(name.typeName)Connector

        @Suite struct \(name.typeName)Tests {
            @Test func `it greets the world when nobody is named`() async throws {
                let output = try await TestHost(connector).call("hello", [:])
                #expect(output["greeting"] == "Hello, world!")
            }
        }

        """
    }
}
