import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private let one = Graph([.trigger(), .action("a")], ["hook > a"])

@Suite("Runs that are handed to a worker as they are stored", .timeLimit(.minutes(5)))
struct HandOverTests {
    private let workflow = WorkflowRecord(
        id: RunRecord.fixture().workflow, tenant: .initial, name: "test", about: "", status: .active, version: 1,
        createdAt: .start, updatedAt: .start)

    private func start(in shop: Workshop, key: String? = nil) async throws -> RunRecord {
        try await RunStarter(runs: shop.store, signals: shop.signals, clock: shop.clock).start(
            workflow, input: 1, key: key
        ).record
    }

    /// Lets the worker plan the workflow's version, which it does for its first run.
    private func warmUp(_ shop: Workshop) async { await shop.store.end(of: shop.start()) }

    @Test func `a run is carried out without a look into the queue`() async throws {
        let shop = Workshop(one)
        try await shop.working {
            await warmUp(shop)
            let leases = Counter()
            shop.store.onEach { fault, _ in if fault == .lease { leases.count() } }
            let run = try await start(in: shop)
            #expect(run.status == .running)
            let end = await shop.store.end(of: run.id)
            #expect(end.epoch == FirstLease.epoch)
            #expect(
                end.entries.map(\.words) == [
                    "run_started", "step_completed hook 1", "step_started a 1", "step_completed a 1", "run_completed",
                ])
            #expect(leases.value == 0)
        }
    }

    @Test func `a run that ends at once does so`() async throws {
        let shop = Workshop(Graph([.trigger(), .set("s", "set")], ["hook > s"]))
        try await shop.working {
            await warmUp(shop)
            let run = try await start(in: shop)
            #expect(await shop.store.end(of: run.id).entries.last?.data["output"] == "set")
        }
    }

    @Test func `a repeated key gives its place back`() async throws {
        let shop = Workshop(one)
        try await shop.working {
            await warmUp(shop)
            let first = try await start(in: shop, key: "k")
            await shop.store.end(of: first.id)
            for _ in 0..<shop.options.runs { #expect(try await start(in: shop, key: "k").id == first.id) }
            let next = try await start(in: shop)
            #expect(next.status == .running)
            await shop.store.end(of: next.id)
        }
        #expect(shop.invoker.calls.count == 3)
    }

    @Test func `a run whose storing was never answered is carried out all the same`() async throws {
        let shop = Workshop(one)
        try await shop.working {
            await warmUp(shop)
            let stored = Counter()
            shop.store.onAccepted { _ in
                if stored.count() == 1 { throw MemoryStore.Outage() }
            }
            await #expect(throws: MemoryStore.Outage.self) { _ = try await start(in: shop) }
            // The next goes through the queue, since it is not known what this worker holds.
            let next = try await start(in: shop)
            #expect(next.status == .queued)
            await shop.store.end(of: next.id)
            for id in shop.store.all { await shop.store.end(of: id) }
        }
        #expect(shop.store.all.count == 3)
    }

    @Test func `a worker that was declared dead is given nothing, and finds the run later`() async throws {
        let shop = Workshop(one)
        try await shop.working {
            await warmUp(shop)
            shop.store.bury("w1")
            let run = try await start(in: shop)
            #expect(run.status == .queued)
            await shop.store.waitForHeartbeat(of: "w1/1", at: .start)
            #expect(await shop.store.end(of: run.id).record.status == .completed)
        }
        #expect(shop.invoker.calls.count == 2)
    }

    @Test func `a run that was lost before it was handed over is not begun twice`() async throws {
        let shop = Workshop(one)
        try await shop.working {
            await warmUp(shop)
            shop.store.onAccepted { record in
                shop.store.bury("w1")
                await shop.clock.advance(to: Timestamp.start + 5_000)
                await shop.store.end(of: record.id)
            }
            let run = try await start(in: shop)
            #expect(shop.store.stored(run.id).epoch == 2)
            #expect(shop.store.stored(run.id).worker == nil)
        }
        // One for the first run, one for the second, whose first attempt was never made.
        #expect(shop.invoker.calls.map(\.attempt) == [1, 2])
    }

    @Test func `a worker that stops waits for the run it keeps a place for`() async throws {
        let shop = Workshop(Graph([.trigger(), .action("a"), .action("b")], ["hook > a", "a > b"]))
        let worker = shop.worker()
        let task = Task { await worker.run() }
        await warmUp(shop)
        shop.store.onAccepted { _ in task.cancel() }
        let run = try await start(in: shop)
        await task.value
        let stored = shop.store.stored(run.id)
        #expect(stored.worker == nil)
        #expect(shop.invoker.calls.count <= 4)
        shop.store.onAccepted { _ in }
        await shop.working("w2") { await shop.store.end(of: run.id) }
        #expect(shop.signals.work.waiterCount == 0)
    }

    @Test func `runs beyond a worker's room wait in the queue, and later ones behind them`() async throws {
        let gate = Gate()
        var shop = Workshop(one) { call in
            if call.attempt == 1, call.input != .null { try await gate.pass() }
            return OperationResult(output: 1)
        }
        shop.options.runs = 1
        try await shop.working { [shop] in
            let first = await shop.start()
            await shop.invoker.waitForCalls(1)
            let second = try await start(in: shop)
            let third = try await start(in: shop)
            #expect([second.status, third.status] == [.queued, .queued])
            gate.open()
            for id in [first, second.id, third.id] { await shop.store.end(of: id) }
        }
        #expect(shop.invoker.calls.map(\.run) == shop.store.all)
    }

    @Test func `a tenant with little in hand begins at once beside one that has filled the queue`() async throws {
        let gate = Gate()
        var shop = Workshop(one) { call in
            if call.input != .null { try await gate.pass() }
            return OperationResult(output: 1)
        }
        shop.options.runs = 32
        try await shop.working { [shop] in
            for _ in 0..<40 { _ = await shop.start() }
            await shop.invoker.waitForCalls(30)
            var other = workflow
            other.tenant = TenantID(high: TenantID.initial.high, low: TenantID.initial.low + 1)
            let starter = RunStarter(runs: shop.store, signals: shop.signals, clock: shop.clock)
            var statuses: [RunStatus] = []
            for workflow in [workflow, other, other, other] {
                statuses.append(try await starter.start(workflow, input: 1).record.status)
            }
            // There are two places; the third run waits like all others.
            #expect(statuses == [.queued, .running, .running, .queued])
            gate.open()
            for id in shop.store.all { await shop.store.end(of: id) }
        }
    }
}
