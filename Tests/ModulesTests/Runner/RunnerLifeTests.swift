import Glibc
import PatchbayCore
import PatchbayFrames
import PatchbayJSON
import Testing

@testable import PatchbayModules

/// The life of runners: how many there are, how they end, and what passes between them and the host.
@Suite(.timeLimit(.minutes(5))) struct RunnerLifeTests {
    private let bench: Workbench
    private let version: Version

    init() throws {
        bench = try Workbench(grace: .milliseconds(100))
        version = try #require(Version("1.0.0"))
    }

    private func failure(_ invoker: ModuleInvoker, _ call: OperationCall) async throws -> OperationFailure {
        try await #require(throws: OperationFailure.self) { try await invoker.invoke(call) }
    }

    @Test func `large inputs and outputs pass unharmed`() async throws {
        let (_, invoker) = try await bench.runners([CConnector()])
        for size in [60_000, 70_000, 1 << 20, 20 << 20] {
            let text = String(repeating: "x", count: size)
            let output = try await invoker.invoke(.fixture("echo", ["text": .string(text)])).output
            #expect(output["text"]?.string?.utf8.count == size)
        }
    }

    @Test func `a version that keeps crashing is set aside, and only it, until that is lifted`() async throws {
        var limits = RunnerLimits()
        (limits.faults, limits.backOff) = (3, 1)
        let (registry, invoker) = try await bench.runners([HostileConnector.named("abort"), CConnector()], limits)
        for _ in 0..<3 {
            #expect(try await failure(invoker, .fixture("misbehave", of: "abort")).message.contains("SIGABRT"))
        }
        let failure = try await failure(invoker, .fixture("behave", of: "abort"))
        #expect(failure.code == .unavailable && failure.effect == .none && !failure.isRetryable)
        #expect(failure.message.contains("is set aside") && failure.message.contains("SIGABRT"))
        let listing = registry.listings().first { $0.id == "abort" }
        #expect(listing?.isolation?.quarantine?.contains("SIGABRT") == true)
        #expect(try await invoker.invoke(.fixture("echo")).output == [:])
        #expect(registry.liftQuarantine(of: "abort", version))
        #expect(!registry.liftQuarantine(of: "abort", version))
        #expect(try await invoker.invoke(.fixture("behave", of: "abort")).output == ["well": true])
    }

    @Test func `a process that wants to end is replaced, however often`() async throws {
        var limits = RunnerLimits(most: 1, calls: 1)
        limits.faults = 2
        let (_, invoker) = try await bench.runners([HostileConnector.named("retires", concurrency: 64)], limits)
        var processes: Set<Int64> = []
        for index in 0..<8 {
            let input: JSON = index % 2 == 0 ? [:] : ["late": true]
            let output = try await invoker.invoke(.fixture("misbehave", input, of: "retires")).output
            processes.insert(try #require(output["pid"]?.int))
            // The one that asked late may have been given this call before it asked.
            _ = try? await invoker.invoke(.fixture("behave", of: "retires"))
        }
        #expect(processes.count >= 4)
        let failure = try await failure(invoker, .fixture("misbehave", ["crash": true], of: "retires"))
        #expect(failure.message.contains("SIGABRT"), "with a call it is a crash like any other")
        #expect(try await invoker.invoke(.fixture("behave", of: "retires")).output == ["well": true])
    }

    @Test func `calls that wait when a process ends get the next one`() async throws {
        var limits = RunnerLimits(most: 1, calls: 1)
        limits.faults = 1_000
        limits.backOff = 1
        let (_, invoker) = try await bench.runners([HostileConnector.named("abort", concurrency: 64)], limits)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<40 {
                let operation = index % 4 == 0 ? "misbehave" : "behave"
                group.addTask {
                    let output = try? await invoker.invoke(.fixture(operation, of: "abort")).output
                    return (output == ["well": true]) == (operation == "behave")
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 40, "each call had a process to itself, so none failed for another")
    }

    @Test func `more calls than one process has at a time bring another into being`() async throws {
        let (registry, invoker) = try await bench.runners(
            [HostileConnector.named("never-completes", concurrency: 64)], RunnerLimits(most: 3, calls: 2))
        let tasks = (0..<6).map { _ in
            Task { try await invoker.invoke(.fixture("misbehave", of: "never-completes")) }
        }
        let module = try await registry.module("never-completes", version)
        while !Task.isCancelled, module.isolation.runners < 3 { await Task.yield() }
        for task in tasks { task.cancel() }
        for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
        #expect(bench.calls.count == 0)
    }

    @Test func `memory past the manifest's limit ends the process`() async throws {
        let (_, invoker) = try await bench.runners([HostileConnector.named("frees-nothing", memory: 64)])
        var failure: OperationFailure?
        for _ in 0..<10_000 where failure == nil {
            do {
                _ = try await invoker.invoke(.fixture("misbehave", of: "frees-nothing"))
            } catch let thrown as OperationFailure {
                failure = thrown
            }
        }
        #expect(failure?.message.contains("filled more than its 64 MiB") == true)
    }

    @Test func `processor time past the manifest's limit ends the process`() async throws {
        let (_, invoker) = try await bench.runners([HostileConnector.named("infinite-loop", cpu: 50)])
        let failure = try await failure(invoker, .fixture("misbehave", of: "infinite-loop"))
        #expect(failure.message.contains("used more than its 50 ms of processor time"))
    }

    @Test func `who loses calls again and again is replaced`() async throws {
        let (registry, invoker) = try await bench.runners([HostileConnector.named("never-completes")])
        // The runner is up: what ends before it got there is not lost by it.
        #expect(try await invoker.invoke(.fixture("behave", of: "never-completes")).output == ["well": true])
        for _ in 0..<3 {
            let failure = try await failure(invoker, .fixture("misbehave", of: "never-completes", milliseconds: 200))
            #expect(failure.code == .timeout)
        }
        let module = try await registry.module("never-completes", version)
        while !Task.isCancelled, module.isolation.runners > 0 { await Task.yield() }
        #expect(try await invoker.invoke(.fixture("behave", of: "never-completes")).output == ["well": true])
        #expect(module.isolation.quarantine == nil)
    }

    @Test func `what a connector prints is in the log, and its last words in the failure`() async throws {
        let log = KeptLog()
        try bench.install(CConnector(defines: ["CHATTER_IN_ENTRY"]))
        let registry = await bench.registry(isolation: IsolationPolicy(.runner), logger: log.logger)
        _ = try await bench.invoker(registry).invoke(.fixture("echo"))
        while !log.lines.contains(where: { $0.contains("A connector wrote") && $0.contains("forged") }) {
            await Task.yield()
        }
    }

    @Test func `when the registry closes no process is left`() async throws {
        let (registry, invoker) = try await bench.runners([CConnector()])
        _ = try await invoker.invoke(.fixture("echo"))
        let module = try await registry.module("fixture", version)
        #expect(module.isolation.runners == 1)
        await registry.close(grace: .seconds(1))
        while !Task.isCancelled, module.isolation.runners > 0 { await Task.yield() }
    }

    @Test func `which connectors run in the host is said by trust list, manifest and operator`() async throws {
        let library = try CConnector().build(in: bench.folder)
        let staging = Staging(prober: bench.prober)
        _ = try await staging.stage(library: library, into: bench.plugins, isTrusted: true)
        try bench.install(CConnector(manifest: FixtureManifest.declared(version: "2.0.0")))
        func modes(_ mode: IsolationPolicy.Mode) async throws -> [ConnectorIsolation.Mode?] {
            let registry = await bench.registry(isolation: IsolationPolicy(mode))
            let before = registry.listings().map(\.isolation?.mode)
            for version in ["1.0.0", "2.0.0"] {
                _ = try await registry.module("fixture", #require(Version(version)))
            }
            #expect(registry.listings().map(\.isolation?.mode) == before)
            return before
        }
        #expect(try await modes(.trusted) == [.runner, .inProcess], "2.0.0 is not on the list")
        #expect(try await modes(.runner) == [.runner, .runner])
        #expect(try await modes(.inProcess) == [.inProcess, .inProcess])
        try FileSystem.write(Array("[".utf8), to: bench.plugins + "/trusted.json", mode: 0o644)
        #expect(try await modes(.trusted) == [.runner, .runner], "a list that cannot be read trusts nobody")
    }
}
