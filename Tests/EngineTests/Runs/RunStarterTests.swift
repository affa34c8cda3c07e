import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite("Starting runs", .timeLimit(.minutes(5)))
struct RunStarterTests {
    private let clock = ManualClock()
    private let store = MemoryStore()
    private let workflow = WorkflowRecord(
        id: RunRecord.fixture().workflow, tenant: .initial, name: "deploy-alert", about: "", status: .active,
        version: 3,
        createdAt: .start, updatedAt: .start)

    @Test func `a run started by hand is stored with its input, and the worker is woken`() async throws {
        let signals = RunSignals(clock: clock)
        let starter = RunStarter(runs: store, signals: signals, clock: clock)
        let (record, isDuplicate) = try await starter.start(workflow, input: ["n": 1])
        #expect(!isDuplicate)
        #expect(record.status == .queued)
        #expect(record.trigger == "manual")
        #expect(record.version == 3)
        #expect(record.workflowName == "deploy-alert")
        #expect(record.createdAt == .start)
        let entries = store.stored(record.id).entries
        #expect(entries.first?.data["trigger"] == ["kind": "manual", "body": ["n": 1]])
        #expect(signals.work.rings == 1)
    }

    @Test func `a repeated delivery is answered with the first one's run`() async throws {
        let signals = RunSignals(clock: clock)
        let starter = RunStarter(runs: store, signals: signals, clock: clock)
        let trigger: JSON = ["kind": "webhook", "node": "hook", "body": [:], "delivery_id": "d1"]
        let first = try await starter.start(workflow, trigger: trigger, kind: "webhook", deliveryKey: "d1")
        let second = try await starter.start(workflow, trigger: trigger, kind: "webhook", deliveryKey: "d1")
        let third = try await starter.start(workflow, trigger: trigger, kind: "webhook", deliveryKey: "d2")
        #expect(second.record.id == first.record.id)
        #expect([first.isDuplicate, second.isDuplicate, third.isDuplicate] == [false, true, false])
        #expect(signals.work.rings == 2)
    }

    @Test func `a started run is carried out and can be waited for`() async throws {
        let shop = Workshop(Graph([.trigger(), .action("a")], ["hook > a"]))
        let starter = RunStarter(runs: shop.store, signals: shop.signals, clock: shop.clock)
        try await shop.working {
            let (record, _) = try await starter.start(workflow, input: nil)
            let hasEnded = await shop.signals.waitUntilFinished(record.id, timeout: .seconds(60)) {
                shop.store.stored(record.id).record.status.isTerminal
            }
            #expect(hasEnded)
        }
    }
}
