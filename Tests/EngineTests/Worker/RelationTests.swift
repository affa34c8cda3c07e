import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

@Suite("What runs have to do with each other", .timeLimit(.minutes(5)))
struct RelationTests {
    /// A workflow `main` with a step `sub` that runs `part`, and what follows.
    private func workflows(
        _ part: [JSON] = [Doc.call("work", ["n": "{{ input.n }}"])], _ more: JSONObject = [:], wait: Bool = true
    ) throws -> MemoryWorkflows {
        var workflows = MemoryWorkflows()
        let config: JSON = [
            "workflow": .string(MemoryWorkflows.id("part").description), "version": 1,
            "input": ["n": "{{ input.n }}"], "wait": .bool(wait),
        ]
        try workflows.add("main", [Doc.node("sub", "workflow", config, more)], ["hook > sub"])
        try workflows.add("part", part, part.isEmpty ? [] : ["hook > \(part[0]["id"]?.string ?? "")"])
        return workflows
    }

    private func start(_ name: String, in shop: Workshop) async throws -> RunID {
        let workflow = try #require(try await shop.workflows?.workflow(MemoryWorkflows.id(name), in: .initial))
        return try await RunStarter(runs: shop.store, signals: shop.signals, clock: shop.clock)
            .start(workflow, input: ["n": 7]).record.id
    }

    private func child(of id: RunID, in shop: Workshop) async -> RunID {
        await shop.store.wait(for: id) { $0.entries.contains { $0.kind == .childStarted } }
        return shop.store.all.first { $0 != id }!
    }

    @Test func `a sub-workflow is run, and its output is the step's`() async throws {
        let shop = Workshop(all: try workflows()) { OperationResult(output: $0.input) }
        try await shop.working {
            let id = try await start("main", in: shop)
            let run = await shop.store.end(of: id)
            #expect(run.record.status == .completed)
            #expect(run.entries.last?.data["output"] == ["n": 7])
            let child = await child(of: id, in: shop)
            let first = shop.store.stored(child).entries[0]
            #expect(first.data["trigger"]?["kind"] == "workflow")
            #expect(first.data["parent"]?["run"] == .string(id.description))
        }
        #expect(shop.store.all.count == 2)
    }

    @Test func `the parent waits without a worker, and goes on when the child has ended`() async throws {
        let gate = Gate()
        var shop = Workshop(all: try workflows()) { _ in
            try await gate.pass()
            return OperationResult(output: 1)
        }
        shop.options.longestWait = 0
        shop.store.allowParking()
        try await shop.working { [shop] in
            let id = try await start("main", in: shop)
            await shop.store.wait(for: id) { $0.parkedUntil != nil && $0.worker == nil }
            gate.open()
            #expect(await shop.store.end(of: id).record.status == .completed)
        }
    }

    @Test func `a run that could not be told of its child's end stays in hand until it is`() async throws {
        let gate = Gate()
        var shop = Workshop(all: try workflows()) { _ in
            try await gate.pass()
            return OperationResult(output: 1)
        }
        shop.options.longestWait = 0
        shop.store.allowParking()
        let looks = Counter()
        try await shop.working { [shop] in
            let id = try await start("main", in: shop)
            await shop.store.wait(for: id) { $0.parkedUntil != nil && $0.worker == nil }
            shop.store.onEach { fault, _ in
                if fault == .read, looks.count() == 1 { throw MemoryStore.Outage() }
            }
            gate.open()
            // Parked now, it would be woken by nobody: the child has told it of its end already.
            await shop.clock.waitForSleeper(until: .start + 500)
            #expect(shop.store.stored(id).parkedUntil == nil)
            #expect(shop.store.stored(id).worker == "w1")
            shop.clock.set(.start + 500)
            let run = await shop.store.end(of: id)
            #expect(run.record.status == .completed)
            #expect(run.entries.last?.data["output"] == 1)
        }
        #expect(looks.value > 1)
    }

    @Test func `cancelling passes down`() async throws {
        let shop = Workshop(all: try workflows()) { _ in
            try await Gate().pass()
            return OperationResult(output: 1)
        }
        try await shop.working {
            let id = try await start("main", in: shop)
            let child = await child(of: id, in: shop)
            await shop.store.wait(for: child) { $0.record.status == .running }
            _ = await shop.store.requestCancel(id, in: .initial, at: shop.clock.now)
            shop.signals.cancelRequested(id)
            #expect(await shop.store.end(of: child).record.status == .cancelled)
            #expect(await shop.store.end(of: id).record.status == .cancelled)
        }
    }

    @Test func `a failure of the child is the step's`() async throws {
        let shop = Workshop(all: try workflows()) { _ in throw OperationFailure.wrong }
        try await shop.working {
            let run = await shop.store.end(of: try await start("main", in: shop))
            #expect(run.record.error["code"] == "invalid_input")
            #expect(run.record.error["node"] == "sub")
        }
    }

    @Test func `a child that is not waited for goes on by itself`() async throws {
        let gate = Gate()
        let shop = Workshop(all: try workflows(wait: false)) { _ in
            try await gate.pass()
            return OperationResult(output: 1)
        }
        try await shop.working {
            let id = try await start("main", in: shop)
            let run = await shop.store.end(of: id)
            let child = await child(of: id, in: shop)
            #expect(run.entries.last?.data["output"] == ["run_id": .string(child.description)])
            gate.open()
            #expect(await shop.store.end(of: child).record.status == .completed)
            #expect(shop.store.stored(id).messages == [])
        }
    }

    @Test func `a workflow that is gone fails the step`() async throws {
        var workflows = MemoryWorkflows()
        let config: JSON = ["workflow": .string(MemoryWorkflows.id("gone").description), "version": 1]
        try workflows.add("main", [Doc.node("sub", "workflow", config)], ["hook > sub"])
        let shop = Workshop(all: workflows)
        try await shop.working {
            let run = await shop.store.end(of: try await start("main", in: shop))
            #expect(run.record.error["code"] == "unknown_workflow")
        }
    }

    @Test func `a run that stands alone has no sub-workflows, and says so`() async throws {
        var shop = Workshop(all: try workflows())
        shop.relations = nil
        try await shop.working { [shop] in
            let run = await shop.store.end(of: try await start("main", in: shop))
            #expect(run.record.error["code"] == "unknown_workflow")
            #expect(run.record.error["message"]?.string?.contains("no other workflows here") == true)
        }
    }

    @Test func `a workflow that runs itself comes to an end`() async throws {
        var workflows = MemoryWorkflows()
        let config: JSON = ["workflow": .string(MemoryWorkflows.id("main").description), "version": 1]
        try workflows.add("main", [Doc.node("sub", "workflow", config)], ["hook > sub"])
        let shop = Workshop(all: workflows)
        try await shop.working {
            let run = await shop.store.end(of: try await start("main", in: shop))
            #expect(run.record.error["code"] == "too_deep")
            #expect(shop.store.all.count == PlannedWorkflow.mostDepth + 1)
        }
    }

    @Test(arguments: 1...7, [true, false])
    func `whenever a worker dies, there is one child and one end`(append: Int, isStored: Bool) async throws {
        let shop = Workshop(all: try workflows()) { OperationResult(output: $0.input) }
        shop.store.onEach { [store = shop.store, signals = shop.signals] fault, appends in
            guard fault == (isStored ? .appended : .append), appends == append else { return }
            store.fenceAll(by: nil)
            signals.wake()
            throw JournalError.leaseLost(RunRecord.fixture().id)
        }
        try await shop.working {
            let run = await shop.store.end(of: try await start("main", in: shop))
            #expect(run.record.status == .completed)
            #expect(run.entries.last?.data["output"] == ["n": 7])
        }
        #expect(shop.store.all.count == 2)
    }

    // MARK: Events

    private func waiting() throws -> MemoryWorkflows {
        var workflows = MemoryWorkflows()
        try workflows.add(
            "main", [Doc.node("w", "wait", ["event": "paid", "match": ["n": 7], "timeout": "1d"])], ["hook > w"])
        return workflows
    }

    @Test(arguments: [true, false])
    func `an event wakes the run that waits for it`(isParked: Bool) async throws {
        var shop = Workshop(all: try waiting())
        if isParked { shop.store.allowParking() }
        shop.options.longestWait = 0
        try await shop.working { [shop] in
            let id = try await start("main", in: shop)
            await shop.store.wait(for: id) { stored in
                isParked ? stored.parkedUntil != nil : stored.entries.contains { $0.kind == .stepWaiting }
            }
            let relations = try #require(shop.relations)
            for (event, payload) in [("e1", ["n": 1]), ("e1", ["n": 1]), ("e2", ["n": 7])] as [(String, JSON)] {
                #expect(
                    try await relations.send(event: "paid", payload: payload, id: event, to: id, in: .initial))
            }
            let run = await shop.store.end(of: id)
            #expect(run.entries.last?.data["output"]?["payload"] == ["n": 7])
            #expect(run.entries.count { $0.kind == .eventReceived } == 2)
            #expect(try await !relations.send(event: "paid", payload: 1, id: "e3", to: id, in: .initial))
        }
    }

    @Test func `an event whose signal is lost is found with the next heartbeat`() async throws {
        let shop = Workshop(all: try waiting())
        try await shop.working {
            let id = try await start("main", in: shop)
            await shop.store.wait(for: id) { $0.entries.contains { $0.kind == .stepWaiting } }
            let message = RunMessage(kind: .event, id: "e", data: ["name": "paid", "payload": ["n": 7]])
            _ = try await shop.store.send(message, to: id, in: .initial, at: shop.clock.now)
            await shop.clock.advance(to: Timestamp.start + 5_000)
            #expect(await shop.store.end(of: id).record.status == .completed)
        }
    }

    // MARK: Answers

    @Test func `whoever waits hears of the answer before the end`() async throws {
        let gate = Gate()
        var workflows = MemoryWorkflows()
        try workflows.add(
            "main", [Doc.node("r", "respond", ["body": 5]), Doc.call("more")], ["hook > r", "r > more"])
        let shop = Workshop(all: workflows) { _ in
            try await gate.pass()
            return OperationResult(output: 1)
        }
        try await shop.working {
            let id = try await start("main", in: shop)
            _ = try await shop.signals.waitUntilFinished(id, timeout: .seconds(60)) {
                try await shop.store.last(of: [.runResponded], in: id, tenant: .initial) != nil
            }
            #expect(!shop.store.stored(id).record.status.isTerminal)
            gate.open()
            await shop.store.end(of: id)
        }
    }
}
