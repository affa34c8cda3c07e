import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private let one = Graph([.trigger(), .action("a")], ["hook > a"])

@Suite("Leases and heartbeats", .timeLimit(.minutes(5)))
struct LeaseTests {
    @Test func `work that nobody announced is found by looking`() async {
        let shop = Workshop(one)
        await shop.working {
            await shop.store.waitForHeartbeat(of: "w1", at: .start)
            let id = await shop.start(wakes: false)
            await shop.clock.advance(to: Timestamp.start + 1_000)
            await shop.store.end(of: id)
        }
    }

    @Test func `a store that refuses to lease is asked again`() async {
        let shop = Workshop(one)
        let looks = Counter()
        shop.store.onEach { fault, _ in
            if fault == .lease, looks.count() < 3 { throw MemoryStore.Outage() }
        }
        await shop.working {
            let id = await shop.start(wakes: false)
            await shop.clock.advance(to: Timestamp.start + 1_000)
            await shop.clock.advance(to: Timestamp.start + 2_000)
            await shop.store.end(of: id)
        }
    }

    @Test func `runs of a lease whose answer was lost are not lost`() async {
        let shop = Workshop(one)
        let (leases, releases) = (Counter(), Counter())
        shop.store.onEach { fault, _ in
            if fault == .leased, leases.count() == 1 { throw MemoryStore.Outage() }
            if fault == .release, leases.value == 1, releases.count() == 1 { throw MemoryStore.Outage() }
        }
        let id = await shop.start()
        await shop.working {
            for second in 1...2 { await shop.clock.advance(to: Timestamp.start + Int64(second) * 1_000) }
            let run = await shop.store.end(of: id)
            #expect(run.epoch == 2)
        }
        #expect(shop.invoker.calls.count == 1)
    }

    @Test func `a heartbeat shows the worker's life, also after one that failed`() async {
        let shop = Workshop(one)
        let beats = Counter()
        shop.store.onEach { fault, _ in
            if fault == .heartbeat, beats.count() == 2 { throw MemoryStore.Outage() }
        }
        await shop.working {
            await shop.clock.advance(to: Timestamp.start + 5_000)
            await shop.clock.advance(to: Timestamp.start + 10_000)
            await shop.store.waitForHeartbeat(of: "w1", at: Timestamp.start + 10_000)
        }
        #expect(beats.value >= 3)
    }

    @Test func `the runs of a worker that has been silent are taken on by another, not before`() async throws {
        let shop = Workshop(one)
        try await shop.store.register(worker: "dead", at: .start)
        let id = await shop.start(wakes: false)
        let leased = try await shop.store.lease(limit: 9, worker: "dead", at: .start, abandonedBefore: .start)
        #expect(leased.count == 1)
        await shop.working {
            await shop.clock.advance(to: Timestamp.start + 1_000)
            await shop.clock.waitForSleeper(until: Timestamp.start + 2_000)
            shop.clock.set(Timestamp.start + 15_001)
            #expect(await shop.store.end(of: id).epoch == 2)
        }
    }

    @Test func `a run that was lost and comes back goes on once, and still hears of its cancellation`() async {
        let shop = Workshop(one) { _ in
            try await Gate().pass()
            return OperationResult(output: 1)
        }
        await shop.working {
            let id = await shop.start()
            await shop.invoker.waitForCalls(1)
            shop.store.fenceAll(by: nil)
            shop.signals.wake()
            await shop.invoker.waitForCalls(2)
            // The first call is cut short because the run goes on under another lease.
            await shop.invoker.waitForEnds(1)
            #expect(shop.invoker.calls.map(\.attempt) == [1, 2])
            _ = await shop.store.requestCancel(id, in: .initial, at: shop.clock.now)
            await shop.clock.advance(to: Timestamp.start + 5_000)
            #expect(await shop.store.end(of: id).record.status == .cancelled)
        }
    }

    @Test func `a worker that was silent shows life before it takes on anything, and keeps its runs`() async {
        let gate = Gate()
        var shop = Workshop(one) { _ in
            try await gate.pass()
            return OperationResult(output: 1)
        }
        shop.options.pollInterval = 1_500
        await shop.working { [shop] in
            let id = await shop.start()
            await shop.invoker.waitForCalls(1)
            await shop.clock.waitForSleeper(until: Timestamp.start + 1_500)
            shop.clock.set(Timestamp.start + 19_000)
            await shop.store.waitForHeartbeat(of: "w1", at: Timestamp.start + 19_000)
            await shop.clock.waitForSleeper(until: Timestamp.start + 20_500)
            gate.open()
            #expect(await shop.store.end(of: id).epoch == 1)
        }
    }

    @Test func `a worker whose heartbeat fails takes on nothing`() async {
        let shop = Workshop(one)
        let beats = Counter()
        shop.store.onEach { fault, _ in
            if fault == .heartbeat, beats.count() <= 2 { throw MemoryStore.Outage() }
            if fault == .lease { #expect(beats.value > 2) }
        }
        await shop.working {
            let id = await shop.start(wakes: false)
            await shop.clock.advance(to: Timestamp.start + 1_000)
            await shop.clock.advance(to: Timestamp.start + 2_000)
            await shop.store.end(of: id)
        }
    }

    @Test func `a lost lease stops the run's calls and writes nothing`() async {
        let gate = Gate()
        let shop = Workshop(Graph([.trigger(), .action("a"), .action("b")], ["hook > a", "hook > b"])) { call in
            if call.node == "a" { try await Gate().pass() }
            try await gate.pass()
            return OperationResult(output: 1)
        }
        shop.store.onEach { [store = shop.store] fault, appends in
            // Another process takes the run on between the calls and the first outcome.
            if fault == .append, appends == 2 { store.fenceAll(by: "other") }
            if fault == .release { Issue.record("a lost run was released") }
        }
        await shop.working {
            let id = await shop.start()
            await shop.invoker.waitForCalls(2)
            gate.open()
            await shop.invoker.waitForEnds(2)
            #expect(
                shop.store.stored(id).entries.map(\.words) == [
                    "run_started", "step_completed hook 1", "step_started a 1", "step_started b 1",
                ])
        }
    }
}
