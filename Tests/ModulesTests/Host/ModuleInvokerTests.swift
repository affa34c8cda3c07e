import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayModules

@Suite(.bothIsolations, .timeLimit(.minutes(5))) struct ModuleInvokerTests {
    private let bench: Workbench
    private let registry: ConnectorRegistry
    private let invoker: ModuleInvoker

    init() async throws {
        bench = try Workbench(grace: .milliseconds(30))
        try bench.install()
        registry = await bench.registry()
        invoker = bench.invoker(registry)
    }

    /// How a call ends whose deadline passes while the connector has it. On a busy machine a short time may be over before
    /// that; then a longer one is tried.
    private func failureAtDeadline(_ operation: String) async throws -> OperationFailure {
        for milliseconds in [100, 1_000, 10_000] as [Int64] {
            let failure = try await failure(.fixture(operation, milliseconds: milliseconds))
            if !failure.message.hasSuffix("was asked.") { return failure }
        }
        throw Missing(what: "time to ask the connector")
    }

    private func failure(
        _ call: OperationCall, _ invoker: ModuleInvoker? = nil
    ) async throws -> OperationFailure {
        do {
            let result = try await (invoker ?? self.invoker).invoke(call)
            throw Missing(what: "a failure; there is \(result.output.text)")
        } catch let failure as OperationFailure {
            return failure
        }
    }

    // MARK: Completing

    @Test func `a call that is completed before invoke returns`() async throws {
        #expect(
            try await invoker.invoke(.fixture("echo", ["text": "grüß\n", "n": 1])).output == ["text": "grüß\n", "n": 1])
    }

    @Test func `a call that another thread completes`() async throws {
        for number in 0..<200 {
            let output = try await invoker.invoke(.fixture("echo_in_thread", ["n": .int(Int64(number))])).output
            #expect(output["n"]?.int == Int64(number))
        }
        #expect(bench.calls.count == 0)
    }

    @Test func `of two completions the first counts`() async throws {
        #expect(try await invoker.invoke(.fixture("twice")).output == ["n": 1])
    }

    @Test func `a completion counts, even when the call is refused after it`() async throws {
        #expect(try await invoker.invoke(.fixture("complete_and_refuse")).output == ["n": 1])
    }

    @Test func `calls run side by side up to the connector's limit`() async throws {
        try bench.install(CConnector(manifest: FixtureManifest.declared(version: "3.0.0", concurrency: 2)))
        await registry.scan()
        let invoker = invoker
        let outputs = try await withThrowingTaskGroup(of: JSON.self) { group in
            for number in Int64(0)..<100 {
                group.addTask {
                    try await invoker.invoke(.fixture("echo_in_thread", ["n": .int(number)], version: "3.0.0")).output
                }
            }
            return try await group.reduce(into: Set<Int64>()) { $0.insert($1["n"]?.int ?? -1) }
        }
        #expect(outputs == Set(0..<100))
    }

    @Test func `a call that finds no place in time has changed nothing`() async throws {
        try bench.install(CConnector(manifest: FixtureManifest.declared(version: "3.0.0", concurrency: 1)))
        await registry.scan()
        let invoker = invoker
        let first = Task { try await invoker.invoke(.fixture("until_cancelled", version: "3.0.0")) }
        while !Task.isCancelled, bench.calls.count == 0 { await Task.yield() }
        let failure = try await failure(.fixture("echo", version: "3.0.0", milliseconds: 5))
        #expect(failure.code == .timeout && failure.effect == .none && failure.isRetryable)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
    }

    // MARK: What a connector is told

    @Test func `a connector gets settings, slot, key, attempt and deadline`() async throws {
        let call = OperationCall.fixture("describe_with_credential", credential: "mine")
        let credentials = Credentials.one(
            .bearer, ["token": "t0ps3cret"], settings: ["base_url": "https://mine.example"])
        let output = try await bench.invoker(
            registry, credentials: credentials, settings: ["base_url": "x", "more": true]
        )
        .invoke(call).output
        #expect(output["settings"] == ["size": 3, "base_url": "https://mine.example", "more": true])
        #expect(output["slot"] == "key")
        #expect(output["key"] == "key-1")
        #expect(output["attempt"] == 2)
        #expect(output["deadline"]?.int == call.deadline.milliseconds)
        let plain = try await invoker.invoke(.fixture("describe")).output
        #expect(plain["settings"] == ["size": 3])
        #expect(plain["slot"] == "")
    }

    // MARK: Credentials

    @Test func `credentials that do not fit are refused before the call`() async throws {
        func message(_ operation: String, _ name: String?, _ credentials: Credentials) async throws -> String {
            let failure = try await failure(
                .fixture(operation, credential: name), bench.invoker(registry, credentials: credentials))
            #expect(failure.code == .config && failure.effect == .none && !failure.isRetryable)
            return failure.message
        }
        let token = Credentials.one(.bearer, ["token": "t0ps3cret"])
        #expect(try await message("echo", "mine", token).contains("takes no credential"))
        #expect(try await message("describe_with_credential", nil, token).contains("needs a credential"))
        #expect(try await message("describe_with_credential", "yours", token).contains("no credential `yours`"))
        let secret = Credentials.one(.secret, ["value": "x"])
        #expect(try await message("describe_with_credential", "mine", secret).contains("bearer or basic or api_key"))
        let foreign = Credentials.one(.bearer, ["token": "x"], connector: "slack")
        #expect(try await message("describe_with_credential", "mine", foreign).contains("is for slack"))
        let empty = Credentials.one(.basic, ["username": "x"])
        #expect(try await message("describe_with_credential", "mine", empty).contains("lacks `password`"))
    }

    @Test func `an optional credential may be left out`() async throws {
        try bench.install(CConnector(manifest: FixtureManifest.declared(version: "3.0.0", credentialIsRequired: false)))
        await registry.scan()
        let output = try await invoker.invoke(.fixture("describe_with_credential", version: "3.0.0")).output
        #expect(output["slot"] == "")
    }

    // MARK: Failing

    @Test func `a failure is told as the connector meant it`() async throws {
        let failure = try await failure(.fixture("fail"))
        #expect(failure.code == .notFound && failure.message == "There is no such thing.")
        #expect(failure.effect == .unknown && failure.retryAfter == nil && failure.httpStatus == nil)
        #expect(!failure.isRetryable)
        #expect(try await self.failure(.fixture("fail_without_words")).message.contains("without a message (upstream)"))
    }

    @Test func `an unknown code is internal, everything else is kept`() async throws {
        let failure = try await failure(.fixture("fail_in_detail", ["secret": "oh dear"]))
        #expect(failure.code == .internalError)
        #expect(failure.isRetryable && failure.effect == .none)
        #expect(failure.retryAfter == 1_500 && failure.httpStatus == 429)
        #expect(failure.vendorCode == "slow_down" && failure.pointer == "/text" && failure.detail == ["limit": 7])
        #expect(failure.message == "oh dear")
    }

    @Test(arguments: [
        ("busy", OperationFailure.Code.unavailable), ("closing", .unavailable), ("denied", .config),
        ("unreadable", .internalError), ("not_there", .unsupported),
    ]) func `a refused call has changed nothing`(operation: String, code: OperationFailure.Code) async throws {
        let failure = try await failure(.fixture(operation))
        #expect(failure.code == code && failure.effect == .none)
        #expect(failure.message.contains("fixture 1.0.0"))
    }

    @Test func `an output that is no JSON, or too large, names the connector`() async throws {
        let nonsense = try await failure(.fixture("nonsense"))
        #expect(nonsense.code == .internalError && nonsense.effect == .applied)
        #expect(nonsense.message.contains("fixture 1.0.0") && nonsense.message.contains("line 1, column 2"))
        let huge = try await failure(.fixture("huge"))
        #expect(huge.code == .internalError && huge.message.contains("33554433"))
    }

    @Test func `what is not installed, or not offered, is config`() async throws {
        let version = try await failure(.fixture("echo", version: "9.0.0"))
        #expect(version.code == .config && version.effect == .none && version.message.contains("not-installed"))
        let operation = try await failure(.fixture("ecko"))
        #expect(operation.code == .unsupported && operation.message.contains("Is `echo` meant?"))
    }

    // MARK: Time and cancelling

    @Test func `at the deadline the connector is told, and its early end is a timeout`() async throws {
        let failure = try await failureAtDeadline("until_cancelled")
        #expect(failure.code == .timeout && failure.isRetryable)
        #expect(failure.message.hasSuffix("cancelled 1 because of 1"))
        #expect(failure.log.map(\.message) == ["cancelled 1 because of 1"])
    }

    @Test func `a call that never ends is given up, and who comes late is counted`() async throws {
        let failure = try await failureAtDeadline("never")
        #expect(failure.code == .timeout && failure.effect == .unknown && failure.isRetryable)
        #expect(bench.calls.lateCompletions == 0)
        #expect(try await invoker.invoke(.fixture("come_late")).output == ["late": -1])
        #expect(bench.calls.lateCompletions == 1)
    }

    @Test func `a deadline that has passed is not waited for`() async throws {
        let failure = try await failure(.fixture("until_cancelled", milliseconds: -1_000))
        #expect(failure.code == .cancelled || failure.code == .timeout)
    }

    @Test func `a cancelled task cancels the call`() async throws {
        let invoker = invoker
        let task = Task { try await invoker.invoke(.fixture("until_cancelled")) }
        while !Task.isCancelled, bench.calls.count == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(bench.calls.count == 0)
    }

    @Test func `a cancelled task does not wait for a connector that does not listen`() async throws {
        let invoker = invoker
        let task = Task { try await invoker.invoke(.fixture("never")) }
        while !Task.isCancelled, bench.calls.count == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `a task that is cancelled already starts nothing`() async throws {
        _ = try await invoker.invoke(.fixture("echo"))
        let invoker = invoker
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await invoker.invoke(.fixture("echo"))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    // MARK: The rules of the border

    @Test func `nonsense is answered as the headers say`() async throws {
        _ = try await invoker.invoke(.fixture("echo"))
        let output = try await invoker.invoke(.fixture("break_rules")).output
        #expect(
            output == [
                "both": -2, "neither": -2, "truncated": -2, "unknown": -1, "stale": -1, "stale_log": -1,
                "stale_progress": -1, "stale_cancel": -1, "live": 0, "stale_abort": -1, "null_send": -2,
                "unknown_extension": 0,
            ])
    }

    @Test func `one connector's calls are not another's to end`() async throws {
        try bench.install(CConnector(manifest: FixtureManifest.declared(version: "3.0.0")))
        await registry.scan()
        let first = try await registry.module("fixture", #require(Version("1.0.0")))
        let third = try await registry.module("fixture", #require(Version("3.0.0")))
        let invoker = invoker
        let task = Task { try await invoker.invoke(.fixture("until_cancelled")) }
        while !Task.isCancelled, bench.calls.calls(of: first.side).isEmpty { await Task.yield() }
        let id = try #require(bench.calls.calls(of: first.side).first)
        #expect(bench.calls.end(id, of: third.side) == nil)
        #expect(bench.calls.call(id, of: third.side) == nil)
        #expect(bench.calls.call(id, of: first.side) != nil)
        task.cancel()
        _ = try? await task.value
    }

    // MARK: Logs

    @Test func `a call keeps its first thousand lines`() async throws {
        let log = try await invoker.invoke(.fixture("log_much")).log
        #expect(log.count == 1_000)
        #expect(log.last?.message == "501 further lines were not kept: a call may log 1000.")
        #expect(log.last?.level == .warning)
    }

    @Test func `lines are cut, levels read, secrets masked`() async throws {
        let result = try await bench.invoker(registry).invoke(.fixture("log_all_sorts", ["secret": "plain"]))
        #expect(result.log.map(\.level) == [.debug, .info, .error])
        #expect(result.log[0].fields == ["n": 1])
        #expect(result.log[1].message == "the token is plain")
        #expect(result.log[2].message.utf8.count == 16 << 10)
        #expect(result.output == ["bad": -2, "progress": 0, "bad_progress": -2, "echo": "plain"])
    }

    @Test func `a secret is masked in every log, and in the output`() async throws {
        let log = KeptLog()
        let registry = await bench.registry(logger: log.logger)
        let invoker = bench.invoker(registry, credentials: .one(.bearer, ["token": "t0ps3cret"]))
        let result = try await invoker.invoke(
            .fixture("log_with_credential", ["secret": "t0ps3cret"], credential: "mine"))
        #expect(result.log[1].message == "the token is ‹secret›")
        #expect(result.output["echo"] == "‹secret›")
        let line = try #require(log.lines.first { $0.hasPrefix("warning") })
        #expect(line == #"warning the token is ‹secret› connector=fixture 1.0.0 fields={"seen":"‹secret›"}"#)
        #expect(log.lines.contains { $0.hasPrefix("debug Progress") })
        #expect(!log.lines.contains { $0.contains("t0ps3cret") })
    }

    @Test func `a failure brings its log`() async throws {
        let failure = try await failure(.fixture("request", ["url": "https://example.com"]))
        #expect(failure.code == .config, "without a client there is no HTTP")
        #expect(failure.message == "send answered -3")
    }
}
