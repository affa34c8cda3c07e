import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

@Suite("Events for all runs, and failures that start workflows")
struct SharedEventTests {
    private func rehearsal(_ key: JSON = "{{ 'order-' + string(input.n) }}") throws -> Rehearsal {
        try Rehearsal([Doc.node("w", "wait", ["event": "paid", "key": key, "timeout": "1h"])], ["hook > w"])
    }

    private func listening(_ run: Rehearsal) -> (StepKey, String, String)? {
        run.asked.compactMap {
            if case .listen(let step, _, let name, let key) = $0 { (step, name, key) } else { nil }
        }.first
    }

    @Test func `a wait with a key is stored, also after a crash, before the run is parked`() throws {
        var run = try rehearsal()
        run.proceed()
        let asked = try #require(listening(run))
        #expect((asked.1, asked.2) == ("paid", "order-1"))
        #expect(!run.asked.contains { if case .park = $0 { true } else { false } })
        run.crash()
        run.proceed()
        #expect(listening(run) != nil)
        #expect(run.hear(.listening(asked.0, attempt: 1)).isEmpty)
        #expect(run.asked == [.park(until: .start + 3_600_000)])
    }

    @Test func `it hears events of its key only, and others do not hear those`() throws {
        var run = try rehearsal()
        run.proceed()
        run.hear(.eventReceived(name: "paid", payload: 1, id: "1"))
        run.hear(.eventReceived(name: "paid", payload: 2, id: "2", key: "order-2"))
        #expect(run.runOutput == nil)
        run.hear(.eventReceived(name: "paid", payload: 3, id: "3", key: "order-1"))
        #expect(run.runOutput?["payload"] == 3)
        #expect(run.runOutput?["key"] == "order-1")
        var other = try Rehearsal([Doc.node("w", "wait", ["event": "paid"])], ["hook > w"])
        other.proceed()
        other.hear(.eventReceived(name: "paid", payload: 3, id: "3", key: "order-1"))
        #expect(other.runOutput == nil)
    }

    @Test func `a key may be a number, and must be something`() throws {
        var run = try rehearsal("{{ input.n }}")
        run.proceed()
        #expect(listening(run)?.2 == "1")
        var bad = try rehearsal("{{ [1] }}")
        bad.proceed()
        #expect(bad.runError?["code"] == "expression")
    }

    @Test func `a time that is over ends the wait with a key, too`() throws {
        var run = try rehearsal()
        run.proceed()
        run.hear(.listening(StepKey(node: "w"), attempt: 1))
        run.pass(3_600_000)
        #expect(run.runError?["code"] == "timeout")
    }

    @Test func `an error trigger is planned, and what is wrong with it is told`() throws {
        func problems(_ config: JSON) -> [String] {
            let document: JSON = [
                "name": "t",
                "nodes": [["id": "failed", "type": "error", "config": config], Doc.set("a", 1)],
                "edges": [["source": "failed", "target": "a"]],
            ]
            return Doc.problems(document).map(\.code)
        }
        #expect(problems([:]).isEmpty)
        #expect(problems(["workflows": ["billing"]]).isEmpty)
        #expect(problems(["workflows": []]) == ["bad-value"])
        #expect(problems(["workflows": [1]]) == ["wrong-type"])
        #expect(problems(["other": 1]) == ["unknown-member"])
    }

    @Test func `a failure is heard by others, never by itself, and never by way of another error trigger`() {
        let workflow = WorkflowRecord(
            id: WorkflowID(high: 7, low: 9), tenant: .initial, name: "alarm", about: "", status: .active, version: 1,
            createdAt: .start, updatedAt: .start)
        func listeners(_ config: JSON) -> [ErrorListener] {
            ErrorListener.all(
                of: workflow,
                in: ["nodes": [["id": "e", "type": "error", "config": config], ["id": "x", "type": "set"]]])
        }
        let run = RunRecord.fixture()
        #expect(listeners([:]).map { $0.hears(of: run) } == [true])
        #expect(listeners(["workflows": ["other"]])[0].hears(of: run) == false)
        #expect(listeners(["workflows": ["test"]])[0].hears(of: run))
        #expect(listeners(["workflows": [.string(run.workflow.description)]])[0].hears(of: run))
        var own = run
        own.workflow = workflow.id
        #expect(!listeners([:])[0].hears(of: own))
        #expect(!listeners([:])[0].hears(of: .fixture(trigger: "error")))
    }
}
