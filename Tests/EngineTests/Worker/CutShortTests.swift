import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private let one = Graph([.trigger(), .action("a")], ["hook > a"])

@Suite("Calls that are cut short", .timeLimit(.minutes(5)))
struct CutShortTests {
    @Test func `a call that does not end in time is told to, and the step fails with what to do`() async {
        let shop = Workshop(one) { _ in
            try await Gate().pass()
            return OperationResult(output: 1)
        }
        await shop.working {
            let id = await shop.start()
            await shop.clock.advance(to: Timestamp.start + 20_000)
            let run = await shop.store.end(of: id)
            #expect(run.record.error["code"] == "timeout")
            let error = run.entries.first { $0.kind == .stepFailed }?.data["error"]
            #expect(error?["effect"] == "unknown")
            #expect(error?["message"]?.string?.contains("20000 ms") == true)
            #expect(error?["message"]?.string?.contains("\"timeout\"") == true)
        }
    }

    @Test func `a call that hears nothing is left behind`() async {
        let gate = Gate()
        var shop = Workshop(one) { _ in
            await gate.passDeaf()
            return OperationResult(output: 1)
        }
        // A moment that nobody else waits for.
        shop.options.grace = 333
        await shop.working { [shop] in
            let id = await shop.start()
            await shop.clock.advance(to: Timestamp.start + 20_000)
            await shop.clock.advance(to: Timestamp.start + 20_333)
            let run = await shop.store.end(of: id)
            #expect(run.record.error["code"] == "timeout")
        }
        gate.open()
        await shop.invoker.waitForEnds(1)
    }

    @Test func `a cancelled run waits for a call that hears nothing for less than two seconds`() async {
        let gate = Gate()
        let shop = Workshop(one) { _ in
            await gate.passDeaf()
            return OperationResult(output: 1)
        }
        #expect(shop.options.cancelGrace + shop.options.pollInterval < 2_000)
        await shop.working {
            let id = await shop.start()
            await shop.invoker.waitForCalls(1)
            _ = await shop.store.requestCancel(id, in: .initial, at: shop.clock.now)
            shop.signals.cancelRequested(id)
            await shop.clock.advance(to: Timestamp.start + 750)
            #expect(await shop.store.end(of: id).record.status == .cancelled)
        }
        gate.open()
        await shop.invoker.waitForEnds(1)
    }

    @Test func `an end that comes within the grace counts as it is`() async {
        let gate = Gate()
        let shop = Workshop(one) { _ in
            await gate.passDeaf()
            return OperationResult(output: "late")
        }
        await shop.working {
            let id = await shop.start()
            await shop.clock.advance(to: Timestamp.start + 20_000)
            gate.open()
            let run = await shop.store.end(of: id)
            #expect(run.entries.last?.data["output"] == "late")
        }
    }

    @Test func `a connector that says it was cancelled has timed out when it was told to end`() async {
        let shop = Workshop(one) { _ in
            try? await Gate().pass()
            throw OperationFailure(code: .cancelled, message: "cancelled")
        }
        await shop.working {
            let id = await shop.start()
            await shop.clock.advance(to: Timestamp.start + 20_000)
            #expect(await shop.store.end(of: id).record.error["code"] == "timeout")
        }
    }

    @Test func `a connector that breaks off unasked has failed`() async {
        let shop = Workshop(one) { _ in throw CancellationError() }
        await shop.working {
            let run = await shop.store.end(of: await shop.start())
            #expect(run.record.status == .failed)
            #expect(run.record.error["code"] == "cancelled")
        }
    }

    @Test func `a timeout is tried again where the node says so`() async {
        let retry = RetryPolicy(attempts: 2, backoff: .fixed, initial: 500, max: 500, jitter: false)
        let shop = Workshop(Graph([.trigger(), .action("a", timeout: 100, retry: retry)], ["hook > a"])) { call in
            if call.attempt == 1 { try await Gate().pass() }
            return OperationResult(output: .int(Int64(call.attempt)))
        }
        await shop.working {
            let id = await shop.start()
            await shop.clock.advance(to: Timestamp.start + 100)
            await shop.clock.advance(to: Timestamp.start + 600)
            #expect(await shop.store.end(of: id).entries.last?.data["output"] == 2)
        }
    }

    @Test(arguments: [true, false])
    func `a cancelled run's calls are told to end, and the run ends`(isSignalled: Bool) async {
        let shop = Workshop(Graph([.trigger(), .action("a"), .action("b")], ["hook > a", "a > b"])) { _ in
            try await Gate().pass()
            return OperationResult(output: 1)
        }
        await shop.working {
            let id = await shop.start()
            await shop.invoker.waitForCalls(1)
            #expect(await shop.store.requestCancel(id, in: .initial, at: shop.clock.now))
            if isSignalled {
                shop.signals.cancelRequested(id)
            } else {
                await shop.clock.advance(to: Timestamp.start + 5_000)
            }
            let run = await shop.store.end(of: id)
            #expect(run.record.status == .cancelled)
            #expect(run.entries.map(\.words).suffix(3) == ["cancel_requested", "step_failed a 1", "run_cancelled"])
            #expect(run.entries.first { $0.kind == .stepFailed }?.data["error"]?["code"] == "cancelled")
            #expect(await shop.store.requestCancel(id, in: .initial, at: shop.clock.now) == false)
        }
        #expect(shop.invoker.calls(of: "b").isEmpty)
    }

    @Test func `a run whose call hears nothing is cancelled all the same`() async {
        let gate = Gate()
        let shop = Workshop(one) { _ in
            await gate.passDeaf()
            return OperationResult(output: 1)
        }
        await shop.working {
            let id = await shop.start()
            await shop.invoker.waitForCalls(1)
            _ = await shop.store.requestCancel(id, in: .initial, at: shop.clock.now)
            shop.signals.cancelRequested(id)
            await shop.store.wait(for: id) { $0.entries.contains { $0.kind == .cancelRequested } }
            await shop.clock.advance(to: Timestamp.start + 1_000)
            shop.clock.set(Timestamp.start + 1_001)
            #expect(await shop.store.end(of: id).record.status == .cancelled)
        }
        gate.open()
        await shop.invoker.waitForEnds(1)
    }

    @Test func `a run that waits for its next attempt is cancelled at once`() async {
        let retry = RetryPolicy(attempts: 2, backoff: .fixed, initial: 60_000, max: 60_000, jitter: false)
        let shop = Workshop(Graph([.trigger(), .action("a", retry: retry)], ["hook > a"])) { _ in
            throw OperationFailure.unavailable
        }
        await shop.working {
            let id = await shop.start()
            await shop.store.wait(for: id) { $0.entries.contains { $0.kind == .stepFailed } }
            _ = await shop.store.requestCancel(id, in: .initial, at: shop.clock.now)
            shop.signals.cancelRequested(id)
            #expect(await shop.store.end(of: id).record.status == .cancelled)
        }
    }
}
