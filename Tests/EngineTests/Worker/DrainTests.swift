import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private let chain = Graph([.trigger(), .action("a"), .action("b")], ["hook > a", "a > b"])

@Suite("A worker that stops", .timeLimit(.minutes(5)))
struct DrainTests {
    /// When calls have to be over; no other moment anybody waits for.
    private let drained = Timestamp.start + 7_777

    private func shop(_ graph: Graph, _ script: @escaping ScriptedInvoker.Script) -> Workshop {
        var shop = Workshop(graph, script)
        shop.options.drain = 7_777
        return shop
    }

    @Test func `calls under way may end, are stored, and nothing new begins`() async {
        let gate = Gate()
        let shop = shop(chain) { _ in
            try await gate.pass()
            return OperationResult(output: 1)
        }
        let worker = shop.worker()
        let task = Task { await worker.run() }
        let id = await shop.start()
        await shop.invoker.waitForCalls(1)
        task.cancel()
        await shop.clock.waitForSleeper(until: drained)
        gate.open()
        await task.value
        let run = shop.store.stored(id)
        #expect(run.entries.last?.words == "step_completed a 1")
        #expect(run.worker == nil)
        #expect(run.record.status == .running)
        #expect(shop.invoker.calls.count == 1)
        await shop.working("w2") { await shop.store.end(of: id) }
        #expect(shop.invoker.calls.map(\.node) == ["a", "b"])
    }

    @Test func `a run that can end still does`() async {
        let gate = Gate()
        let shop = shop(Graph([.trigger(), .action("a"), .set("s", "set")], ["hook > a", "a > s"])) { _ in
            try await gate.pass()
            return OperationResult(output: 1)
        }
        let worker = shop.worker()
        let task = Task { await worker.run() }
        let id = await shop.start()
        await shop.invoker.waitForCalls(1)
        task.cancel()
        await shop.clock.waitForSleeper(until: drained)
        gate.open()
        await task.value
        #expect(shop.store.stored(id).entries.last?.data["output"] == "set")
    }

    @Test func `the heartbeat goes on as long as calls do`() async {
        let gate = Gate()
        let shop = shop(chain) { _ in
            try await gate.pass()
            return OperationResult(output: 1)
        }
        let worker = shop.worker()
        let task = Task { await worker.run() }
        _ = await shop.start()
        await shop.invoker.waitForCalls(1)
        task.cancel()
        await shop.clock.waitForSleeper(until: drained)
        await shop.clock.advance(to: Timestamp.start + 5_000)
        await shop.store.waitForHeartbeat(of: "w1", at: Timestamp.start + 5_000)
        gate.open()
        await task.value
    }

    @Test func `calls that take longer than the drain are left to the next start`() async {
        let gate = Gate()
        let shop = shop(Graph([.trigger(), .action("a")], ["hook > a"])) { _ in
            await gate.passDeaf()
            return OperationResult(output: 1)
        }
        let worker = shop.worker()
        let task = Task { await worker.run() }
        let id = await shop.start()
        await shop.invoker.waitForCalls(1)
        task.cancel()
        await shop.clock.advance(to: drained)
        await task.value
        let run = shop.store.stored(id)
        #expect(run.entries.last?.words == "step_started a 1")
        #expect(run.worker == nil)
        gate.open()
        await shop.working("w2") { await shop.store.end(of: id) }
        #expect(shop.invoker.calls.map(\.attempt) == [1, 2])
    }

    @Test func `a run that waits is given up at once, and the next start keeps to its time`() async {
        let tries = Counter()
        let retry = RetryPolicy(attempts: 2, backoff: .fixed, initial: 9_000, max: 9_000, jitter: false)
        let shop = shop(Graph([.trigger(), .action("a", retry: retry)], ["hook > a"])) { _ in
            if tries.count() == 1 { throw OperationFailure.unavailable }
            return OperationResult(output: "well")
        }
        let worker = shop.worker()
        let task = Task { await worker.run() }
        let id = await shop.start()
        await shop.clock.waitForSleeper(until: Timestamp.start + 9_000)
        task.cancel()
        await task.value
        #expect(shop.store.stored(id).worker == nil)
        await shop.working("w2") {
            await shop.clock.advance(to: Timestamp.start + 9_000)
            #expect(await shop.store.end(of: id).entries.last?.data["output"] == "well")
        }
    }

    @Test func `an idle worker stops at once and leaves nothing behind`() async {
        let shop = Workshop(chain)
        let worker = shop.worker()
        let task = Task { await worker.run() }
        await shop.store.waitForHeartbeat(of: "w1", at: .start)
        task.cancel()
        await task.value
        #expect(shop.signals.work.waiterCount == 0)
    }

    @Test func `a worker that is cancelled before it begins takes on nothing`() async {
        let shop = Workshop(chain)
        let id = await shop.start()
        let worker = shop.worker()
        let start = Gate()
        let task = Task {
            await start.passDeaf()
            await worker.run()
        }
        task.cancel()
        start.open()
        await task.value
        #expect(shop.store.stored(id).epoch == 0)
    }
}
