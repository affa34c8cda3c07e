import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayModules

@Suite struct CheckTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func check(
        _ library: String, only: Set<String> = [], seed: UInt64 = 7, runner: String? = nil
    ) async throws -> CheckReport {
        let subject = try await CheckSubject(library, scratch: folder.path)
        let runner = try runner ?? BuildFolder.runner
        return await CheckSuite(runner: runner, seed: seed).check(subject, only: only, scratch: folder.path)
    }

    private func shown(_ report: CheckReport) -> Comment {
        "\(report.findings.filter { $0.result != .passed }.map { "\($0.check) \($0.result): \($0.texts)" })"
    }

    /// Each row of the table beside the hostile connectors: file, the check that finds it, and as what.
    private static let planted: [(String, String, CheckFinding.Result)] = {
        let path = BuildFolder.sources + "/Tests/Fixtures/Hostile/README.md"
        let page = String(decoding: (try? FileSystem.read(path, atMost: 1 << 20)) ?? [], as: UTF8.self)
        return page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            let cells = row.split(separator: "|").map { String($0.filter { $0 != "`" && $0 != " " }) }
            return (cells[0], cells[2], CheckFinding.Result(rawValue: cells[3]) ?? .passed)
        }
    }()

    @Test(arguments: planted)
    func `a planted fault is found by its check`(name: String, check: String, result: CheckFinding.Result) async throws
    {
        let connector = HostileConnector.named(name, readsSecret: name.hasSuffix("-secret"))
        let library = try connector.build(in: folder, as: "\(name).so")
        let report = try await self.check(library, only: [check])
        let finding = try #require(report[check])
        #expect(finding.result == result, "\(finding.texts)")
        #expect(!finding.texts.isEmpty && !finding.hint.isEmpty)
        #expect(report.hasPassed == (result == .warning))
    }

    @Test func `for every check that runs a connector one is planted that does not pass it`() {
        let found = Set(Self.planted.map(\.1))
        #expect(CheckDescription.all.filter(\.runs).map(\.name).filter { !found.contains($0) } == ["older-host"])
        let files = FileSystem.names(in: BuildFolder.sources + "/Tests/Fixtures/Hostile").filter { $0.hasSuffix(".c") }
        let others = ["behaves", "dies-telling", "escapes", "retires"]
        #expect(Set(files) == Set((Self.planted.map { $0.0 } + others).map { $0 + ".c" }))
    }

    @Test func `a well-behaved connector passes every check that concerns it`() async throws {
        let report = try await check(WellBehavedConnector.build(in: folder))
        #expect(report.name == "well-behaved 1.0.0")
        #expect(report.findings.map(\.check) == CheckDescription.all.map(\.name))
        for finding in report.findings {
            switch finding.check {
            case "digest", "same-manifest", "older-host", "secrets": #expect(finding.result == .skipped)
            // The C header does not hand on when to try again.
            case "http-faults":
                #expect(finding.result == .warning && finding.texts.allSatisfy { $0.contains("Retry-After") })
            default: #expect(finding.result == .passed, "\(finding.check): \(finding.texts)")
            }
        }
    }

    @Test(arguments: ["noop"] + ShippedConnectors.names)
    func `no connector of this repository has a fault`(name: String) async throws {
        let report = try await check(try ShippedConnectors.library(name))
        #expect(report.findings.count == CheckDescription.all.count)
        #expect(report.hasPassed, shown(report))
    }

    @Test func `a crash names the signal, and what was said last`() async throws {
        let library = try HostileConnector.named("abort").build(in: folder, as: "abort.so")
        let finding = try #require(try await check(library, only: ["completion"])["completion"])
        #expect(finding.texts.first == "It ended the process by SIGABRT (it gave itself up).")
    }

    @Test func `a process that ends without a word has crashed too`() async throws {
        let library = try HostileConnector.named("exit").build(in: folder, as: "exit.so")
        let finding = try #require(try await check(library, only: ["completion"])["completion"])
        #expect(finding.texts.first == "It ended the process with exit code 0.")
    }

    @Test func `what hinders the other checks is told, and they are skipped`() async throws {
        let library = try HostileConnector.named("truncated-module").build(in: folder, as: "small.so")
        let report = try await check(library)
        #expect(report["load"]?.result == .failed && report["completion"]?.result == .skipped && !report.hasPassed)
        let none = try await check(folder.file("small.so.manifest"))
        #expect(none["library"]?.result == .failed && none["library"]?.texts.first?.contains("not-elf") == true)
    }

    @Test func `examples and schemas that contradict each other are found without a call`() async throws {
        func changed(_ pointer: String, _ value: JSON) -> JSON {
            var manifest = WellBehavedConnector.manifest.object ?? [:]
            var operations = manifest["operations"]?.array ?? []
            var first = operations[0].object ?? [:]
            first[pointer] = value
            operations[0] = .object(first)
            manifest["operations"] = .array(operations)
            return .object(manifest)
        }
        let example = try WellBehavedConnector.build(
            in: folder, manifest: changed("examples", [["title": "Bad", "input": ["name": ""]]]))
        #expect(try await check(example, only: ["examples"])["examples"]?.result == .failed)
        let schema = try WellBehavedConnector.build(in: folder, manifest: changed("output", ["type": "objekt"]))
        #expect(try await check(schema, only: ["manifest"])["manifest"]?.result == .failed)
        let output = try WellBehavedConnector.build(
            in: folder, manifest: changed("output", ["type": "object", "required": ["farewell"]]))
        #expect(try await check(output, only: ["output"])["output"]?.result == .failed)
    }

    @Test func `a request to a host that is not declared is found`() async throws {
        var manifest = WellBehavedConnector.manifest.object ?? [:]
        manifest["permissions"] = ["hosts": ["*.acme.example:8443"], "credentials": []]
        let library = try WellBehavedConnector.build(in: folder, manifest: .object(manifest))
        let finding = try #require(try await check(library, only: ["hosts"])["hosts"])
        #expect(finding.result == .failed && finding.texts.first?.contains("api.acme.example") == true)
    }

    @Test func `a folder is held against its manifest`() async throws {
        let bench = try Workbench()
        try bench.install(CConnector())
        let version = "\(bench.plugins)/fixture/1.0.0"
        #expect(
            try await check(version, only: ["digest", "same-manifest"]).findings.allSatisfy { $0.result == .passed })
        let manifest = String(decoding: try FileSystem.read("\(version)/manifest.json", atMost: 1 << 20), as: UTF8.self)
        let changed = manifest.replacing("For tests.", with: "For nobody.")
        try FileSystem.write(Array(changed.utf8), to: "\(version)/manifest.json", mode: 0o644)
        #expect(try await check(version, only: ["same-manifest"])["same-manifest"]?.result == .failed)
        try FileSystem.write([1, 2, 3], to: "\(version)/manifest.json", mode: 0o644)
        await #expect(throws: ConnectorRefusal.self) { try await check(version) }
    }

    @Test func `a runner of another host is told from a fault of the connector`() async throws {
        let library = try WellBehavedConnector.build(in: folder)
        let missing = try #require(try await check(library, only: ["load"], runner: folder.file("nothing"))["load"])
        #expect(missing.result == .failed && missing.texts.first?.hasPrefix("No process could be started") == true)
        let check = CheckDescription(name: "no-such-check", title: "", runs: true, seconds: 5, hint: "")
        let child = ChildProcess(
            path: try BuildFolder.runner, arguments: ["check", check.name, "--seed", "1", "--plan", "", library],
            environment: [:], timeLimit: .seconds(20), outputLimit: 1 << 10)
        let verdict = CheckVerdict(check, child.run(), runner: "the runner")
        #expect(verdict.finding.result == .failed && verdict.finding.texts[0].contains("does not know this check"))
    }

    @Test func `every check has its paragraph`() throws {
        let path = BuildFolder.sources + "/ConnectorSDK/Docs/checking.md"
        let page = String(decoding: try FileSystem.read(path, atMost: 1 << 20), as: UTF8.self)
        let headings = page.split(separator: "\n").filter { $0.hasPrefix("### ") }
            .map { $0.dropFirst(4).filter { $0 != "`" } }
        #expect(headings.sorted() == CheckDescription.all.map(\.name).sorted())
        #expect(Set(headings).count == headings.count)
    }
}
