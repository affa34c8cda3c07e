import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Testing

/// Builds a Swift connector outside of this repository: the compiler is needed, the network is not.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SwiftBuildTests {
    @Test func `what new writes is built with its own runtime, exports one symbol, and greets`() async throws {
        let folder = try TemporaryFolder()
        try Scaffold(try ConnectorName("acme-shop"), in: .swift, sdk: BuildFolder.sdk).write(to: folder.path)
        let project = try ConnectorProject.open(folder.path)
        // Staging checks exports, dependencies and run paths by the rules for a library that brings its own runtime.
        let product = try await ConnectorBuild(
            project, sdk: BuildFolder.sdk, prober: try BuildFolder.prober, development: 3
        ).run()
        #expect(product.version.description == "1.0.0-dev.3")
        let package = try ConnectorPackage.open(try product.bytes())
        #expect(package.manifest.sdk.runtime == .swiftStatic)
        #expect(package.manifest.isolation == .runner)
        let connector = try await LocalConnector.open(
            "acme-shop", in: project.plugins, prober: try BuildFolder.prober)
        #expect(
            try await connector.call("hello", ["name": "Ada"], in: .init()).output == ["greeting": "Hello, Ada!"])
        await connector.close()
        #expect(project.hasOwnTests)
        #expect(try await OwnTests(project, sdk: BuildFolder.sdk).run())

        try folder.write("let x: Int = \"no\"", to: "Sources/Broken.swift")
        let build = ConnectorBuild(project, sdk: BuildFolder.sdk, prober: try BuildFolder.prober)
        await #expect(throws: AuthoringError.self) { try await build.run() }
    }
}
