import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

@Suite("Cleaning up after a cancellation")
struct CleanupTests {
    private let undo: JSON = ["uses": "http/request", "input": [:]]

    private func attempt(_ body: [JSON], finally: [JSON], _ edges: [String] = []) -> JSON {
        Doc.node("guard", "try", [:], ["body": Doc.graph(body), "finally": Doc.graph(finally, edges)])
    }

    private func cancels(_ run: Rehearsal) -> [String] {
        run.asked.compactMap { if case .cancel(let key) = $0 { key.description } else { nil } }
    }

    @Test func `calls under way are cut short at once, and finally is not`() throws {
        var run = try Rehearsal([attempt([Doc.call("a")], finally: [Doc.call("f")])], ["hook > guard"])
        run.proceed()
        run.cancel()
        run.proceed()
        #expect(cancels(run) == ["guard/body/a"])
        run.fail("guard/body/a", OperationFailure(code: .cancelled, message: "Cut."))
        #expect(run.calls.keys.sorted() == ["guard/finally/f"])
        #expect(cancels(run) == [])
        #expect(run.complete("guard/finally/f").last == "run_cancelled")
    }

    @Test func `a finally that does not end is cut short when the time for it is over`() throws {
        var run = try Rehearsal(
            [attempt([Doc.call("a")], finally: [Doc.call("f"), Doc.call("g")], ["f > g"])], ["hook > guard"])
        run.proceed()
        run.complete("guard/body/a")
        run.cancel()
        run.proceed()
        run.pass(29_000)
        #expect(cancels(run) == [])
        #expect(run.pass(1_000).contains("run_stopping"))
        #expect(cancels(run) == ["guard/finally/f"])
        let last = run.fail("guard/finally/f", OperationFailure(code: .cancelled, message: "Cut.")).last
        #expect(last == "run_cancelled")
        #expect(run.calls.isEmpty)
    }

    @Test func `undoing that does not end is given up, and the run says what is left`() throws {
        var run = try Rehearsal(
            [Doc.call("a", [:], ["compensate": undo]), Doc.call("b", [:], ["compensate": undo]), Doc.call("c")],
            ["hook > a", "a > b", "b > c"])
        run.proceed()
        run.complete("a")
        run.complete("b")
        run.cancel()
        run.proceed()
        run.fail("c", OperationFailure(code: .cancelled, message: "Cut."))
        #expect(run.calls.keys.sorted() == ["b (compensation)"])
        run.pass(30_000)
        #expect(cancels(run) == ["b (compensation)"])
        let last = run.fail("b (compensation)", OperationFailure(code: .unavailable, message: "Away."))
        #expect(last.last == "run_cancelled")
        #expect(run.entries.last?.data["compensation"] == ["completed": 0, "failed": 2])
        let errors = run.entries.filter { $0.kind == .compensationFailed && $0.data["retry_at"] == nil }
        #expect(errors.map(\.node) == ["b", "a"])
        #expect(errors.last?.data["error"]?["message"]?.string?.contains("cleanup_timeout") == true)
    }

    @Test func `the workflow says how long it takes, and a crash does not begin that anew`() throws {
        let document = Doc.workflow(
            [attempt([Doc.call("a")], finally: [Doc.call("f")])], ["hook > guard"]
        ).with("cleanup_timeout", "5s")
        let plan = try Doc.plan(document)
        #expect(plan.cleanup == 5_000)
        var run = Rehearsal(plan: plan)
        run.proceed()
        run.complete("guard/body/a")
        run.cancel()
        run.proceed()
        run.now = run.now + 4_000
        run.crash()
        run.proceed()
        #expect(run.calls.keys.sorted() == ["guard/finally/f"])
        #expect(run.pass(1_000).contains("run_stopping"))
        #expect(cancels(run) == ["guard/finally/f"])
    }

    @Test func `a finally that would begin too late is left out`() throws {
        var run = try Rehearsal([attempt([Doc.call("a")], finally: [Doc.call("f")])], ["hook > guard"])
        run.proceed()
        run.cancel()
        run.proceed()
        run.pass(30_000)
        let last = run.fail("guard/body/a", OperationFailure(code: .cancelled, message: "Cut.")).last
        #expect(last == "run_cancelled")
        #expect(run.calls.isEmpty)
    }
}
