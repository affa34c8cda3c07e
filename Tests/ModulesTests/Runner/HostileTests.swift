import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayModules

/// Connectors with faults, each in its own processes: what its callers are told, and that nobody else notices.
@Suite(.timeLimit(.minutes(5))) struct HostileTests {
    private let bench: Workbench

    init() throws { bench = try Workbench(grace: .milliseconds(100)) }

    private func limits() -> RunnerLimits {
        var limits = RunnerLimits()
        limits.backOff = 1
        limits.faults = 10_000
        limits.ping = 50
        limits.hang = 3_000
        return limits
    }

    private func failure(
        _ name: String, _ operation: String = "misbehave", milliseconds: Int64 = 30_000, _ limits: RunnerLimits? = nil
    ) async throws -> OperationFailure {
        let (_, invoker) = try await bench.runners([HostileConnector.named(name)], limits ?? self.limits())
        let failure = try await #require(throws: OperationFailure.self) {
            try await invoker.invoke(.fixture(operation, of: name, milliseconds: milliseconds))
        }
        #expect(failure.message.contains("\(name) 1.0.0"))
        if name != "exit", failure.code == .unavailable {
            let output = try await invoker.invoke(.fixture("behave", of: name)).output
            #expect(output == ["well": true], "the next process takes the next call")
        }
        return failure
    }

    private func output(_ name: String) async throws -> JSON {
        let (_, invoker) = try await bench.runners([HostileConnector.named(name)], limits())
        let output = try await invoker.invoke(.fixture("misbehave", of: name)).output
        #expect(try await invoker.invoke(.fixture("behave", of: name)).output == ["well": true])
        return output
    }

    @Test(arguments: [
        ("null-write", "SIGSEGV"), ("stack-overflow", "SIGSEGV"), ("abort", "SIGABRT"),
        ("exit", "ended its process, with exit code 0"), ("writes-frames", "broke the rules between runner and host"),
        ("infinite-loop", "no longer answered"), ("allocation", "filled more than its 512 MiB"),
    ]) func `a process that ends in a call is that call's failure`(name: String, words: String) async throws {
        let failure = try await failure(name)
        #expect(failure.code == .unavailable && failure.effect == .unknown && failure.isRetryable)
        #expect(failure.message.contains(words) && failure.message.contains("during misbehave"), "\(failure.message)")
        #expect(failure.detail["operation"] == "misbehave" && failure.detail["connector"]?.string == name)
    }

    @Test func `one that logs without end is ended for that, or because it does nothing else`() async throws {
        let failure = try await failure("floods-log")
        #expect(failure.code == .unavailable)
        #expect(failure.message.contains("more log lines") || failure.message.contains("no longer answered"))
    }

    @Test func `a call that is never completed ends at its deadline`() async throws {
        let failure = try await failure("never-completes", milliseconds: 300)
        #expect(failure.code == .timeout && failure.effect == .unknown)
    }

    @Test(arguments: [
        ("completes-twice", #"{"time":1}"#), ("signal-thread", #"{"from":"a signal handler"}"#),
        ("frees-nothing", "{}"), ("standard-output", "{}"), ("changes-process", #"{"moved":false}"#),
        ("spawns-processes", #"{"started":0}"#), ("opens-sockets", #"{"opened":0}"#),
        ("truncated-result", #"{"first":-2,"second":-2}"#), ("wrong-output", #"{"well":"yes","more":[1,2]}"#),
    ]) func `what harms nobody is let be`(name: String, output: String) async throws {
        #expect(try await self.output(name) == JSON(parsing: output))
    }

    @Test(arguments: [("not-json", "no JSON"), ("large-output", "52428800 bytes; 33554432 are possible")])
    func `an output that cannot be taken is the connector's failure`(name: String, words: String) async throws {
        let failure = try await failure(name)
        #expect(failure.code == .internalError && failure.effect == .applied && failure.message.contains(words))
    }

    @Test(arguments: [("newer-abi", "abi-minor"), ("truncated-module", "incomplete-module")])
    func `what does not fit this host is refused before it is called`(name: String, code: String) async throws {
        try bench.install(HostileConnector.named(name))
        try bench.trustProbe(of: name)
        let registry = await bench.registry(isolation: IsolationPolicy(.runner))
        let refusal = await #expect(throws: ConnectorRefusal.self) {
            try await registry.module(name, #require(Version("1.0.0")))
        }
        #expect(refusal?.code == code)
    }

    @Test func `a thousand hostile calls are a thousand attributed failures, and others go on`() async throws {
        let names = ["null-write", "abort", "exit", "not-json", "writes-frames"]
        let (registry, invoker) = try await bench.runners(
            names.map { HostileConnector.named($0) } + [CConnector()], limits())
        _ = try await invoker.invoke(.fixture("echo"))
        let (failures, wellBehaved) = try await withThrowingTaskGroup(of: (String, OperationFailure?).self) { group in
            for index in 0..<1_000 {
                let name = names[index % names.count]
                group.addTask {
                    do throws {
                        let output = try await invoker.invoke(.fixture("misbehave", of: name)).output
                        throw Missing(what: "a failure; there is \(output.text)")
                    } catch let failure as OperationFailure {
                        return (name, failure)
                    }
                }
                group.addTask {
                    let output = try await invoker.invoke(.fixture("echo", ["n": .int(Int64(index))])).output
                    return ("", output["n"]?.int == Int64(index) ? nil : OperationFailure(code: .conflict, message: ""))
                }
            }
            var (failures, well) = (0, 0)
            for try await (name, failure) in group {
                if let failure, !name.isEmpty {
                    #expect(failure.message.contains("\(name) 1.0.0") && failure.message.contains("misbehave"))
                    failures += 1
                } else if failure == nil {
                    well += 1
                }
            }
            return (failures, well)
        }
        #expect(failures == 1_000 && wellBehaved == 1_000)
        #expect(bench.calls.count == 0)
        await registry.close()
    }
}
