import Logging
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

/// The whole line below the API: a document, its plan, a delivery, a worker, calls.
@Suite("A document carried out", .timeLimit(.minutes(5)))
struct DocumentTests {
    private let document: JSON = [
        "name": "deploy-alert",
        "nodes": [
            ["id": "hook", "type": "webhook", "config": ["path": "deploy"]],
            [
                "id": "ok", "type": "condition",
                "config": ["if": "{{ trigger.body.deployment_status.state == 'success' }}"],
            ],
            [
                "id": "tell", "type": "action", "uses": "slack@1.0.0/send_message", "credential": "team-slack",
                "input": ["channel": "#deployments", "text": "{{ trigger.body.repository.full_name }} is live"],
                "retry": ["attempts": 4, "initial": "1s"], "timeout": "20s",
            ],
        ],
        "edges": [["source": "hook", "target": "ok"], ["source": "ok", "port": "true", "target": "tell"]],
    ]

    @Test(arguments: [("success", 1), ("failure", 0)])
    func `a delivery is judged, told and remembered`(state: String, calls: Int) async throws {
        let store = MemoryStore(document: document)
        let (clock, signals) = (ManualClock(), RunSignals())
        let invoker = ScriptedInvoker { call in OperationResult(output: ["ts": "1", "said": call.input["text"] ?? nil])
        }
        let worker = Worker(
            id: "w1", journal: store, invoker: invoker, planner: Planner(catalogue: FixtureCatalogue()),
            signals: signals,
            clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let workflow = WorkflowRecord(
            id: .new(at: .start), tenant: .initial, name: "deploy-alert", about: "", status: .active, version: 1,
            createdAt: .start, updatedAt: .start)
        let task = Task { await worker.run() }
        let started = try await RunStarter(runs: store, signals: signals, clock: clock).start(
            workflow,
            trigger: [
                "kind": "webhook", "node": "hook", "headers": [:],
                "body": ["deployment_status": ["state": .string(state)], "repository": ["full_name": "acme/shop"]],
            ], kind: "webhook", deliveryKey: "d1")
        let run = await store.end(of: started.record.id)
        task.cancel()
        await task.value
        #expect(run.record.status == .completed)
        #expect(invoker.calls.count == calls)
        let view = RunView(run.entries)
        #expect(view.steps.map(\.node) == ["hook", "ok", "tell"])
        #expect(view.steps.last?.status == (calls == 1 ? .completed : .skipped))
        if let call = invoker.calls.first {
            #expect(call.input == ["channel": "#deployments", "text": "acme/shop is live"])
            #expect(call.credential == "team-slack")
            #expect(view.output["said"] == "acme/shop is live")
        }
    }
}
