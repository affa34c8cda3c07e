import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private let chain = Graph([.trigger(), .action("a"), .action("b", .read)], ["hook > a", "a > b"])

@Suite("A store that fails", .timeLimit(.minutes(5)))
struct StoringTests {
    @Test func `nothing is called before its start is stored`() async {
        let shop = Workshop(chain)
        shop.store.onEach { fault, appends in
            if fault == .append, appends <= 3 { throw MemoryStore.Outage() }
        }
        await shop.working {
            let id = await shop.start()
            var moment = Timestamp.start
            for pause in [50, 100, 200] as [Int64] {
                #expect(shop.invoker.calls.isEmpty)
                moment = moment + pause
                await shop.clock.advance(to: moment)
            }
            await shop.store.end(of: id)
        }
        #expect(shop.invoker.calls.count == 2)
    }

    @Test func `an outcome that could not be stored at once is stored later, without another call`() async {
        let shop = Workshop(chain)
        shop.store.onEach { fault, appends in
            if fault == .append, appends == 2 { throw MemoryStore.Outage() }
        }
        await shop.working {
            let id = await shop.start()
            await shop.clock.advance(to: Timestamp.start + 50)
            let run = await shop.store.end(of: id)
            #expect(run.record.status == .completed)
            #expect(run.epoch == 1)
        }
        #expect(shop.invoker.calls.map(\.node) == ["a", "b"])
    }

    @Test func `an answer of the store that was lost is found out by starting over`() async {
        var shop = Workshop(chain)
        shop.options.storingPatience = 0
        // The outcome of the first step is stored, and the worker does not learn it.
        shop.store.onEach { fault, appends in
            if fault == .appended, appends == 2 { throw MemoryStore.Outage() }
        }
        await shop.working { [shop] in
            let run = await shop.store.end(of: await shop.start())
            #expect(run.record.status == .completed)
            #expect(run.epoch == 2)
        }
        #expect(shop.invoker.calls.map(\.node) == ["a", "b"])
    }

    @Test func `a run that a worker takes for lost while the store holds it for this worker is taken on again`() async {
        let shop = Workshop(chain)
        shop.store.onEach { fault, appends in
            if fault == .append, appends == 2 { throw JournalError.leaseLost(.new(at: .start)) }
        }
        await shop.working {
            let id = await shop.start()
            await shop.invoker.waitForCalls(1)
            for second in 1...6 { await shop.clock.advance(to: Timestamp.start + Int64(second) * 1_000) }
            let run = await shop.store.end(of: id)
            #expect(run.record.status == .completed)
            #expect(run.epoch == 2)
        }
    }

    @Test func `a run that cannot be stored is given up and begun again from its journal`() async {
        var shop = Workshop(chain)
        shop.options.storingPatience = 100
        shop.store.onEach { fault, appends in
            if fault == .append, (2...3).contains(appends) { throw MemoryStore.Outage() }
        }
        await shop.working { [shop] in
            let id = await shop.start()
            await shop.clock.advance(to: Timestamp.start + 50)
            let run = await shop.store.end(of: id)
            #expect(run.record.status == .completed)
            #expect(run.epoch == 2)
        }
        let calls = shop.invoker.calls(of: "a")
        #expect(calls.map(\.attempt) == [1, 2])
        #expect(Set(calls.map(\.idempotencyKey)).count == 1)
    }

    @Test func `a run whose entries no store takes fails, and is not carried out again`() async {
        let shop = Workshop(chain)
        shop.store.onEach { fault, appends in
            if fault == .append, appends == 2 {
                throw JournalError.refused(RunRecord.fixture().id, reason: "invalid-value: one run's entries")
            }
        }
        await shop.working {
            let run = await shop.store.end(of: await shop.start())
            #expect(run.record.status == .failed)
            #expect(run.record.error["message"]?.string?.contains("invalid-value") == true)
            #expect(run.entries.last?.sequence == 4)
            #expect(RunView(run.entries).steps.last?.error?["effect"] == "unknown")
        }
        #expect(shop.invoker.calls.count == 1)
    }

    @Test(arguments: [true, false])
    func `when not even that can be stored the run is given up`(isLost: Bool) async {
        let shop = Workshop(chain)
        shop.store.onEach { [store = shop.store] fault, appends in
            guard fault == .append, appends == 2 || appends == 3 else { return }
            if appends == 2 { throw JournalError.refused(RunRecord.fixture().id, reason: "too large") }
            if !isLost { throw MemoryStore.Outage() }
            store.fenceAll(by: nil)
            throw JournalError.leaseLost(RunRecord.fixture().id)
        }
        await shop.working {
            let id = await shop.start()
            if isLost {
                // The store has taken the run away, and the worker finds it again by looking.
                _ = await shop.store.wait(for: id) { $0.epoch > 1 }
                for second in 1...6 { await shop.clock.advance(to: Timestamp.start + Int64(second) * 1_000) }
            }
            let run = await shop.store.end(of: id)
            #expect(run.record.status == .completed)
        }
    }

    @Test func `a run that could not be given up is given up with the next heartbeat`() async {
        var shop = Workshop(chain)
        shop.options.storingPatience = 0
        let releases = Counter()
        shop.store.onEach { fault, appends in
            if fault == .append, appends == 1 { throw MemoryStore.Outage() }
            if fault == .release, releases.count() == 1 { throw MemoryStore.Outage() }
        }
        await shop.working { [shop] in
            let id = await shop.start()
            // Nobody can tell which of the heartbeats is the first that comes after the release that failed.
            var moment = Timestamp.start
            while !shop.store.stored(id).record.status.isTerminal, !Task.isCancelled {
                moment = moment + 5_000
                await shop.clock.advance(to: moment)
            }
        }
        #expect(releases.value == 2)
        #expect(shop.invoker.calls.count == 2)
    }

    @Test(arguments: 1...3, [false, true])
    func `a run whose worker dies at any append comes to the same end`(append: Int, isStored: Bool) async {
        let shop = Workshop(
            Graph(
                [
                    .trigger(), .action("a"), .action("b", .read),
                    .set("s", ["{{ steps.a.output }}", "{{ steps.b.output }}"]),
                ],
                ["hook > a", "a > b", "b > s"]))
        shop.store.onEach { [store = shop.store, signals = shop.signals] fault, appends in
            guard fault == (isStored ? .appended : .append), appends == append else { return }
            store.fenceAll(by: nil)
            signals.wake()
            throw JournalError.leaseLost(RunRecord.fixture().id)
        }
        await shop.working {
            let run = await shop.store.end(of: await shop.start())
            #expect(run.entries.last?.data["output"] == ["did a", "did b"])
            #expect(run.entries.map(\.sequence) == Array(1...run.entries.count))
        }
        #expect(Set(shop.invoker.calls(of: "a").map(\.idempotencyKey)).count == 1)
        #expect(shop.invoker.calls(of: "a").count <= 2)
    }
}
