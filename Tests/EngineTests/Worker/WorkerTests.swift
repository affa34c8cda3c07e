import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private let chain = Graph([.trigger(), .action("a"), .action("b", .read)], ["hook > a", "a > b"])
private let one = Graph([.trigger(), .action("a")], ["hook > a"])

@Suite("A worker's runs", .timeLimit(.minutes(5)))
struct WorkerTests {
    @Test func `a run is carried out step by step, each stored before the next begins`() async {
        let shop = Workshop(chain)
        await shop.working {
            let run = await shop.store.end(of: await shop.start())
            #expect(
                run.entries.map(\.words) == [
                    "run_started", "step_completed hook 1", "step_started a 1", "step_completed a 1",
                    "step_completed b 1", "run_completed",
                ])
            #expect(run.record.status == .completed)
            #expect(run.entries.last?.data["output"] == "did b")
        }
        let call = shop.invoker.calls.first
        #expect(call?.attempt == 1)
        #expect(call?.deadline == Timestamp.start + 20_000)
        #expect(call?.reference.description == "test@1.0.0/a")
    }

    @Test func `200 runs at once all come to their end, no more of them at a time than allowed`() async {
        var shop = Workshop(chain) { call in
            await Task.yield()
            return OperationResult(output: .string(call.run.description))
        }
        shop.options.runs = 8
        await shop.working { [shop] in
            var ids: [RunID] = []
            for _ in 0..<200 { ids.append(await shop.start(wakes: false)) }
            shop.signals.wake()
            for id in ids {
                let run = await shop.store.end(of: id)
                #expect(run.entries.last?.data["output"]?.string == id.description)
                #expect(run.epoch == 1)
            }
        }
        #expect(shop.invoker.calls.count == 400)
        #expect(shop.invoker.mostRunning <= 8)
        #expect(shop.planned.value <= 8)
    }

    @Test func `independent steps of a run are called at the same time, within the limit`() async {
        let names = (1...6).map { "a\($0)" }
        let gate = Gate()
        var shop = Workshop(Graph([.trigger()] + names.map { .action($0) }, names.map { "hook > \($0)" })) { _ in
            try await gate.pass()
            return OperationResult(output: 1)
        }
        shop.options.callsPerRun = 4
        await shop.working { [shop] in
            let id = await shop.start()
            await shop.invoker.waitForCalls(4)
            gate.open()
            await shop.store.end(of: id)
        }
        #expect(shop.invoker.mostRunning == 4)
        #expect(shop.invoker.calls.count == 6)
    }

    @Test func `a failed attempt is followed by another when its time has come`() async {
        let tries = Counter()
        let retry = RetryPolicy(attempts: 3, backoff: .fixed, initial: 1_000, max: 1_000, jitter: false)
        let shop = Workshop(Graph([.trigger(), .action("a", retry: retry)], ["hook > a"])) { _ in
            if tries.count() < 3 { throw OperationFailure.unavailable }
            return OperationResult(output: "well")
        }
        await shop.working {
            let id = await shop.start()
            for attempt in 1...2 {
                await shop.store.wait(for: id) { $0.entries.count { $0.kind == .stepFailed } == attempt }
                await shop.clock.advance(to: Timestamp.start + Int64(attempt) * 1_000)
            }
            let run = await shop.store.end(of: id)
            #expect(run.entries.last?.data["output"] == "well")
        }
        #expect(shop.invoker.calls.map(\.attempt) == [1, 2, 3])
    }

    @Test func `what a call logged is stored with how it ended`() async {
        let line = LogLine(at: .start, level: .info, message: "sent")
        let shop = Workshop(chain) { call in
            if call.node == "b" { throw OperationFailure(code: .upstream, message: "no", log: [line, line]) }
            return OperationResult(output: 1, log: Array(repeating: line, count: 2_000))
        }
        await shop.working {
            let run = await shop.store.end(of: await shop.start())
            #expect(run.log.count { $0.node == "a" && $0.attempt == 1 } == 1_000)
            #expect(run.log.count { $0.node == "b" } == 2)
        }
    }

    @Test func `an error that is nobody's failure fails the step as internal and shows nothing of itself`() async {
        struct Broken: Error { var secret = "s3cret" }
        let shop = Workshop(one) { _ in throw Broken() }
        await shop.working {
            let run = await shop.store.end(of: await shop.start())
            #expect(run.record.error["code"] == "internal")
            #expect(run.record.error["message"]?.string?.contains("s3cret") == false)
        }
    }

    @Test func `a run whose document can no longer be planned fails with the problems`() async {
        let shop = Workshop(nil)
        await shop.working {
            let run = await shop.store.end(of: await shop.start())
            #expect(run.record.status == .failed)
            #expect(run.record.error["code"] == "invalid_workflow")
            #expect(run.record.error["problems"]?[0]?["code"] == "unknown-connector")
        }
        #expect(shop.invoker.calls.isEmpty)
    }

    @Test func `plans used last are kept, others are made anew`() {
        let planned = Counter()
        let plan = one.plan
        let cache = PlanCache(limit: 2) { document in
            planned.count()
            return Planning(plan: plan, document: document)
        }
        func use(_ version: Int) {
            _ = cache.plan(
                for: LeasedRun(record: .fixture(version: version), worker: "w1", epoch: 1, document: [:], entries: []))
        }
        for version in [1, 2, 1, 3] { use(version) }
        #expect(planned.value == 3)
        use(1)
        #expect(planned.value == 3)
        use(2)
        #expect(planned.value == 4)
    }
}
