import ArgumentParser
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules

struct ConnectorTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run a connector's tests: its recordings, and those in its own language.",
        discussion: """
            Recordings are Tests/Recordings/*.json. They are played to the built library through a real host; nothing is sent. \
            With --record they are made anew from the live server, without the credential. In Swift `swift test` follows, in C \
            every program Tests/*.c.
            """)

    @OptionGroup var host: HostOptions

    @Argument(help: "The connector's folder.") var folder = "."

    @Flag(help: "Make the recordings anew from the live server.") var record = false

    @Option(help: "Only the recordings whose name holds this text, and no other tests.") var only: String?

    @Option(
        name: .customLong("credential-file"), help: "JSON with the credential to record with, as for `call`.")
    var credentialFile: String?

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let project = try ConnectorProject.open(folder)
        let configuration = try await host.configuration(quiet: true)
        let credential = try credentialFile.map {
            try GivenCredential(try Authoring.json("@" + $0, "--credential-file"))
        }
        let sdk = try Authoring.sdk()
        let product = try await Authoring.explaining {
            try await ConnectorBuild(project, sdk: sdk, prober: Authoring.prober).run()
        }
        let connector = try await Authoring.explaining {
            try await LocalConnector.open(
                product.id, version: product.version.description, in: project.plugins, prober: Authoring.prober)
        }
        let tests = RecordedTests(connector, folder: project.recordings, client: try Authoring.client(configuration))
        let names = tests.names.filter { name in only.map { name.contains($0) } ?? true }
        var results: [RecordedTests.Result] = []
        do {
            for name in names {
                if record { try await tests.record(name, with: credential) }
                results.append(await tests.run(name))
                if !json { tell(results[results.count - 1]) }
            }
        } catch {
            await connector.close()
            throw error
        }
        await connector.close()
        let hasPassedOwn = try await runOwn(of: project, sdk)
        let hasPassed = results.allSatisfy(\.hasPassed) && hasPassedOwn
        if json {
            Console.print(json: [
                "passed": .bool(hasPassed), "recordings": .array(results.map(\.shown)), "own": .bool(hasPassedOwn),
            ])
        } else if names.isEmpty {
            Console.note("There are no recordings\(only.map { " named so: \($0)" } ?? "") in \(project.recordings).")
        } else {
            Console.print("\(results.count { $0.hasPassed }) of \(results.count) recordings passed.")
        }
        if !hasPassed { throw ExitCode.failure }
    }

    private func tell(_ result: RecordedTests.Result) {
        Console.print("\(result.hasPassed ? "passed" : "FAILED")  \(result.name)")
        for problem in result.problems { Console.print("    \(problem)") }
    }

    private func runOwn(of project: ConnectorProject, _ sdk: SDKFolder) async throws -> Bool {
        guard only == nil, project.hasOwnTests else { return true }
        return try await OwnTests(project, sdk: sdk).run()
    }
}

extension RecordedTests.Result {
    fileprivate var shown: JSON {
        ["name": .string(name), "passed": .bool(hasPassed), "problems": .array(problems.map(JSON.string))]
    }
}
