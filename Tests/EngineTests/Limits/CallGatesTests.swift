import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite("Gates before calls") struct CallGatesTests {
    private let start = Timestamp(milliseconds: 1_760_000_000_000)
    private let key = GateKey(tenant: .initial, connector: "slack", version: "1.0.0", credential: "bot")
    private let gates = CallGates()

    private func fail(_ code: OperationFailure.Code, retryAfter: Int64? = nil, status: Int? = nil, times: Int = 1) {
        for _ in 0..<times {
            let failure = OperationFailure(code: code, message: "no", retryAfter: retryAfter, httpStatus: status)
            gates.failed(key, failure, startedAt: start, at: start)
        }
    }

    @Test func `a service that fails is left alone, and only it`() {
        fail(.unavailable, times: 10)
        #expect(gates.ask(key, at: start) == .broken(until: start + 5_000))
        var other = key
        other.credential = ""
        #expect(gates.ask(other, at: start) == .pass)
        #expect(gates.ask(key, at: start + 5_000) == .pass)
    }

    @Test(arguments: [
        OperationFailure.Code.invalidInput, .notFound, .conflict, .authDenied, .authExpired, .cancelled, .config,
        .internalError, .unsupported,
    ])
    func `errors that do not speak of the service leave the gate open`(code: OperationFailure.Code) {
        fail(code, status: 400, times: 50)
        #expect(gates.ask(key, at: start) == .pass)
        #expect(gates.news(at: start).isEmpty)
    }

    @Test func `an upstream error counts when the service failed, not when it refused`() {
        fail(.upstream, status: 422, times: 50)
        #expect(gates.ask(key, at: start) == .pass)
        fail(.upstream, status: 503, times: 50)
        #expect(gates.ask(key, at: start) != .pass)
    }

    @Test func `a rate limit holds all calls until the service wants them again`() {
        fail(.rateLimited, retryAfter: 3_000)
        fail(.rateLimited, retryAfter: 1_000)
        #expect(gates.ask(key, at: start) == .rateLimited(until: start + 3_000))
        #expect(gates.ask(key, at: start + 3_000) == .pass)
    }

    @Test func `what has changed is told once`() {
        fail(.rateLimited, retryAfter: 3_000)
        #expect(gates.news(at: start).map(\.state) == [.rateLimited])
        #expect(gates.news(at: start + 1).isEmpty)
        #expect(gates.news(at: start + 3_000).map(\.state) == [.closed])
        #expect(gates.news(at: start + 3_001).isEmpty)
    }

    @Test func `what others tell is obeyed and not told on`() {
        let record = GateRecord(
            key: key, state: .open, until: start + 2_000, calls: 10, failures: 10, since: start)
        gates.heard(record, at: start)
        #expect(gates.ask(key, at: start) == .rateLimited(until: start + 2_000))
        #expect(gates.news(at: start).isEmpty)
        #expect(gates.ask(key, at: start + 2_000) == .pass)
        // What is over already is passed over.
        gates.heard(record, at: start + 5_000)
        #expect(gates.ask(key, at: start + 5_000) == .pass)
    }

    @Test func `a call that meets a shut gate is not made, and its step is told when to come back`() async throws {
        let invoker = ScriptedInvoker { _ in throw OperationFailure(code: .unavailable, message: "down") }
        let clock = ManualClock()
        let guarded = GuardedInvoker(invoker, gates: gates, clock: clock)
        let call = OperationCall(
            tenant: .initial, run: .new(at: start), node: "a", attempt: 1,
            reference: OperationReference(connector: "slack", version: Version("1.0.0")!, operation: "x"),
            input: [:], credential: "bot", idempotencyKey: "k", deadline: start + 1_000)
        for _ in 0..<10 {
            await #expect(throws: OperationFailure.self) { _ = try await guarded.invoke(call) }
        }
        #expect(invoker.calls.count == 10)
        let failure = await #expect(throws: OperationFailure.self) { _ = try await guarded.invoke(call) }
        #expect(invoker.calls.count == 10)
        #expect(failure?.code == .rateLimited)
        #expect(failure?.retryAfter == 5_000)
        #expect(failure?.vendorCode == GuardedInvoker.breakerOpen)
        #expect(failure?.effect == OperationFailure.Effect.none)
    }
}
