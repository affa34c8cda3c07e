import PatchbayCore
import PatchbayFrames
import PatchbayJSON
import Testing

@testable import PatchbayModules

/// What a connector can get at from inside a runner, tried by one that tries.
@Suite(.timeLimit(.minutes(5))) struct ConfinementTests {
    private let bench: Workbench
    private let registry: ConnectorRegistry
    private let invoker: ModuleInvoker

    init() async throws {
        bench = try Workbench()
        (registry, invoker) = try await bench.runners([HostileConnector.named("escapes")])
    }

    private func attempt(_ what: String) async throws -> JSON {
        try await invoker.invoke(.fixture("misbehave", ["try": .string(what)], of: "escapes")).output
    }

    @Test(arguments: ["socket", "socket-6", "socket-datagram", "socket-unix", "socket-netlink"])
    func `no socket can be opened`(kind: String) async throws {
        #expect(try await attempt(kind) == ["answer": -1, "errno": "EACCES"])
    }

    @Test(arguments: [
        "read-passwd", "read-library", "read-self", "list-root", "write-file", "stat", "authorities",
    ]) func `no file can be opened, read or looked at`(what: String) async throws {
        #expect(try await attempt(what) == ["answer": -1, "errno": "EACCES"])
    }

    @Test(arguments: ["make-folder", "remove-file", "change-folder"])
    func `no folder can be changed`(what: String) async throws {
        #expect(try await attempt(what) == ["answer": -1, "errno": "EPERM"])
    }

    @Test(arguments: [("fork", "EPERM"), ("vfork", "EPERM"), ("exec", "EPERM"), ("clone3", "ENOSYS")])
    func `no process can be started`(what: String, error: String) async throws {
        #expect(try await attempt(what) == ["answer": -1, "errno": .string(error)])
    }

    @Test(arguments: ["ptrace", "trace-me", "read-memory", "mount", "namespace", "io-uring", "bpf", "keys"])
    func `what only an attacker calls ends the process`(what: String) async throws {
        let failure = try await #require(throws: OperationFailure.self) { try await attempt(what) }
        #expect(failure.code == .unavailable && failure.effect == .unknown)
        #expect(failure.message.hasPrefix("escapes 1.0.0 crashed: its process ended by SIGSYS"))
    }

    @Test(arguments: ["signal-host", "signal-all", "raise-limit", "dumpable", "outlive-host", "set-user", "set-clock"])
    func `nobody can be signalled, and no limit undone`(what: String) async throws {
        #expect(try await attempt(what) == ["answer": -1, "errno": "EPERM"])
    }

    @Test(arguments: ["thread", "time", "descriptors", "lent-files", "environment"])
    func `what is its own it has, and nothing besides`(what: String) async throws {
        #expect(try await attempt(what) == ["answer": 0, "errno": ""])
    }

    @Test func `who is granted connections can connect to the declared ports, and do nothing else`() async throws {
        let server = try LoopbackServer { _ in nil }
        let other = try LoopbackServer { _ in nil }
        try bench.install(HostileConnector.named("escapes", ports: [server.port]))
        var policy = IsolationPolicy(.runner, sockets: ["escapes"])
        let granted = await bench.registry(isolation: policy)
        func attempt(_ what: String) async throws -> JSON {
            let call = OperationCall.fixture("misbehave", ["try": .string(what)], of: "escapes")
            return try await bench.invoker(granted).invoke(call).output
        }
        #expect(try await attempt("connect-\(server.port)") == ["answer": 0, "errno": ""])
        let isolation = try await granted.module("escapes", #require(Version("1.0.0"))).isolation
        #expect(!(isolation.enforced + isolation.missing).contains("network-namespace"))
        if isolation.enforced.contains("landlock-ports") {
            #expect(try await attempt("connect-\(other.port)") == ["answer": -1, "errno": "EACCES"])
        }
        #expect(try await attempt("send-\(server.port)") == ["answer": -1, "errno": "EPERM"])
        #expect(try await attempt("authorities") == ["answer": 0, "errno": ""])
        #expect(try await attempt("listen") == ["answer": -1, "errno": "EPERM"])
        for kind in ["socket-datagram", "socket-unix", "socket-netlink", "read-passwd"] {
            #expect(try await attempt(kind) == ["answer": -1, "errno": "EACCES"])
        }
        policy.sockets = []
        let without = bench.invoker(await bench.registry(isolation: policy))
        let call = OperationCall.fixture("misbehave", ["try": .string("connect-\(server.port)")], of: "escapes")
        #expect(try await without.invoke(call).output == ["answer": -1, "errno": "EACCES"])
    }

    @Test func `what holds is known, and what does not`() async throws {
        _ = try await attempt("time")
        let module = try await registry.module("escapes", #require(Version("1.0.0")))
        let isolation = module.isolation
        #expect(isolation.mode == .runner && isolation.runners == 1 && isolation.quarantine == nil)
        #expect(isolation.enforced.contains("system-call-filter") && isolation.enforced.contains("landlock-files"))
        #expect(
            Set(isolation.enforced + isolation.missing)
                == Set(RunnerMeasure.allCases.map(\.name) + ["memory-watch", "processor-watch"]))
    }

    @Test func `a kernel that lacks a measure is told of`() async throws {
        let log = KeptLog()
        var policy = IsolationPolicy(.runner)
        policy.without = RunnerMeasure.landlockFiles.bit | RunnerMeasure.userNamespace.bit
        let registry = await bench.registry(isolation: policy, logger: log.logger)
        let module = try await registry.module("escapes", #require(Version("1.0.0")))
        #expect(
            module.isolation.missing == ["user-namespace", "landlock-files", "landlock-ports", "landlock-signals"])
        #expect(log.lines.contains { $0.hasPrefix("warning This machine does not enforce") })
        // Files are still out of reach: the filter of system calls holds by itself.
        let invoker = bench.invoker(registry)
        let output = try await invoker.invoke(.fixture("misbehave", ["try": "read-passwd"], of: "escapes")).output
        #expect(output == ["answer": -1, "errno": "EACCES"])
    }
}
