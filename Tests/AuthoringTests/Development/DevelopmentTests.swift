import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(3))) struct DevelopmentTests {
    @Test func `changed, new and removed sources are noticed once; what is built is not`() throws {
        let folder = try TemporaryFolder()
        try folder.write("1", to: "Sources/A.swift")
        var watch = SourceWatch(folder.path)
        #expect(watch.changes() == [])
        try folder.write("12", to: "Sources/A.swift")
        try folder.write("new", to: "b.c")
        try folder.write("x", to: "build/manifest.json")
        try folder.write("x", to: "notes.txt")
        #expect(watch.changes() == ["Sources/A.swift", "b.c"])
        #expect(watch.changes() == [])
        try folder.write("", to: "b.c")
        #expect(watch.changes() == ["b.c"])
    }

    @Test func `a round builds, installs beside the release, and repeats the last call`() async throws {
        let folder = try TemporaryFolder()
        try Scaffold(try ConnectorName("acme"), in: .c, sdk: BuildFolder.sdk).write(to: folder.file("acme"))
        let project = try ConnectorProject.open(folder.file("acme"))
        try LastCall(operation: "hello", input: ["name": "Ada"]).write(to: project)
        let plugins = PluginsFolder(folder.file("plugins"))
        for number in 1...5 {
            let build = ConnectorBuild(
                project, sdk: BuildFolder.sdk, prober: try BuildFolder.prober, development: number)
            let report = try await DevelopmentRound(build, client: nil) { product in
                defer { plugins.removeOld(of: product.id) }
                return try plugins.install(product)
            }.run()
            #expect(report.product.version.description == "1.0.0-dev.\(number)")
            guard case .success(let output)? = report.call?.result else {
                Issue.record("\(String(describing: report.call))")
                return
            }
            #expect(output == ["greeting": "Hello, Ada!"])
        }
        #expect(folder.exists("plugins/acme/1.0.0-dev.5/manifest.json"))
        #expect(folder.exists("plugins/acme/1.0.0-dev.3/acme.so"))
        #expect(!folder.exists("plugins/acme/1.0.0-dev.2"))
    }
}
