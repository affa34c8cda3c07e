import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite("Following one run", .timeLimit(.minutes(5)))
struct RunFeedTests {
    @Test func `each entry is told as soon as it is stored, without waiting for a moment to ask`() async throws {
        let gate = Gate()
        let shop = Workshop(Graph([.trigger(), .action("a"), .action("b")], ["hook > a", "a > b"])) { call in
            if call.node == "b" { try await gate.pass() }
            return OperationResult(output: 1)
        }
        let id = await shop.start(wakes: false)
        var feed = RunFeed(
            of: id, in: .initial, after: 0, runs: shop.store, signals: shop.signals, clock: shop.clock)
        try await shop.working {
            var told: [String] = []
            // Time stands still: nothing is found by asking again.
            while told.last != "step_started b 1" { told += try await feed.next()?.map(\.words) ?? [] }
            gate.open()
            while let entries = try await feed.next() { told += entries.map(\.words) }
            #expect(told == shop.store.stored(id).entries.map(\.words))
            #expect(told.last == "run_completed")
        }
    }

    @Test func `who waits for a run's end is not woken by its steps`() async {
        let signals = RunSignals(clock: ManualClock())
        let id = RunRecord.fixture().id
        let (questions, asked) = (Counter(), Gate())
        async let hasEnded = signals.waitUntilFinished(id, timeout: .seconds(10)) {
            asked.open()
            return questions.count() > 1
        }
        await asked.passDeaf()
        for _ in 0..<10 { signals.changed(id) }
        #expect(questions.value == 1)
        signals.finished(id)
        #expect(await hasEnded)
        #expect(questions.value == 2)
    }
}
