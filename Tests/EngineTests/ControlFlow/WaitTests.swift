import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

@Suite("Waits, events, child runs, compensation")
struct WaitTests {
    @Test func `a wait parks the run, and goes on after a crash`() throws {
        var run = try Rehearsal([Doc.node("w", "wait", ["duration": "{{ string(input.n) + 'm' }}"])], ["hook > w"])
        #expect(run.proceed() == ["step_completed hook 1", "step_waiting w 1"])
        #expect(run.asked == [.park(until: .start + 60_000)])
        run.crash()
        run.proceed()
        #expect(run.asked == [.park(until: .start + 60_000)])
        #expect(run.pass(60_000).last == "run_completed")
    }

    @Test func `a moment that has passed is not waited for, and no moment is an error`() throws {
        var run = try Rehearsal(
            [Doc.node("w", "wait", ["until": "{{ input.at }}"])], ["hook > w"], body: ["at": "2020-01-01T00:00:00Z"])
        #expect(run.proceed().last == "run_completed")
        var bad = try Rehearsal(
            [Doc.node("w", "wait", ["until": "{{ input.at }}"])], ["hook > w"], body: ["at": "soon"])
        bad.proceed()
        #expect(bad.runError?["code"] == "expression")
    }

    @Test func `an event that fits ends the wait, once`() throws {
        let wait = Doc.node("w", "wait", ["event": "paid", "match": ["order": "{{ input.n }}"]])
        var run = try Rehearsal([wait], ["hook > w"])
        run.proceed()
        #expect(run.asked == [.park(until: .start + 7 * 86_400_000)])
        #expect(run.hear(.eventReceived(name: "paid", payload: ["order": 2], id: "1")) == ["event_received"])
        #expect(run.hear(.eventReceived(name: "paid", payload: ["order": 1], id: "1")) == [])
        #expect(
            run.hear(.eventReceived(name: "paid", payload: ["order": 1, "by": "Ada"], id: "2")).last == "run_completed")
        #expect(run.runOutput?["payload"] == ["order": 1, "by": "Ada"])
    }

    @Test func `an event that came early is kept`() throws {
        var run = try Rehearsal([Doc.call("a"), Doc.node("w", "wait", ["event": "paid"])], ["hook > a", "a > w"])
        run.proceed()
        run.hear(.eventReceived(name: "paid", payload: 1, id: "1"))
        run.crash()
        run.proceed()
        #expect(run.complete("a").last == "run_completed")
        #expect(run.runOutput?["id"] == "1")
    }

    @Test func `an event that does not come fails the wait`() throws {
        var run = try Rehearsal(
            [Doc.node("w", "wait", ["event": "paid", "timeout": "1h"], ["on_error": "route"]), Doc.set("late", 1)],
            ["hook > w", "w:error > late"])
        run.proceed()
        run.pass(3_600_000)
        #expect(run.runOutput == ["v": 1])
    }

    @Test(
        arguments: [
            [:], ["duration": "5"], ["duration": "1s", "until": "x"], ["until": "soon"], ["event": ""],
            ["duration": "1s", "match": [:]],
            ["event": "e", "timeout": "0s"],
        ] as [JSON])
    func `a wait that cannot be is refused`(config: JSON) {
        #expect(Doc.problems(Doc.workflow([Doc.node("w", "wait", config)], ["hook > w"])).count == 1)
    }

    private static let child = WorkflowID(high: 0x0190_0000_0000_7001, low: 9)
    private static let childRun = RunID(high: 0x0190_0000_0000_7000, low: 77)

    private func sub(_ more: JSONObject = [:], wait: Bool = true) -> JSON {
        Doc.node(
            "sub", "workflow",
            [
                "workflow": .string(Self.child.description), "version": 3, "input": ["x": "{{ input.n }}"],
                "wait": .bool(wait),
            ],
            more)
    }

    @Test func `a child run is asked for again until it is known, then its end is waited for`() throws {
        var run = try Rehearsal([sub()], ["hook > sub"])
        #expect(run.proceed() == ["step_completed hook 1", "step_started sub 1"])
        guard case .startChild(let child)? = run.asked.first else { throw Missing() }
        #expect(child.input == ["x": 1])
        #expect(child.version == 3)
        #expect(child.parent["depth"] == 1)
        run.crash()
        run.proceed()
        guard case .startChild(let same)? = run.asked.first else { throw Missing() }
        #expect(same == child)
        run.hear(.childStarted(child.key, attempt: 1, run: Self.childRun))
        run.crash()
        run.proceed()
        #expect(!run.asked.contains { if case .startChild = $0 { true } else { false } })
        #expect(run.hear(.childEnded(child.key, attempt: 1, .completed(output: "done"))).last == "run_completed")
        #expect(run.runOutput == "done")
    }

    @Test func `a child that fails fails its step, and one that is cancelled too`() throws {
        for end in [ChildEnd.failed(error: ["code": "timeout", "message": "late", "node": "x"]), .cancelled] {
            var run = try Rehearsal([sub()], ["hook > sub"])
            run.proceed()
            run.hear(.childStarted(StepKey(node: "sub"), attempt: 1, run: Self.childRun))
            run.hear(.childEnded(StepKey(node: "sub"), attempt: 1, end))
            #expect(run.state.status == .failed)
        }
    }

    @Test func `nobody needs to wait for a child`() throws {
        var run = try Rehearsal([sub(wait: false)], ["hook > sub"])
        run.proceed()
        #expect(run.hear(.childStarted(StepKey(node: "sub"), attempt: 1, run: Self.childRun)).last == "run_completed")
        #expect(run.runOutput == ["run_id": .string(Self.childRun.description)])
    }

    @Test func `cancelling passes down, and is waited for a while`() throws {
        for isHeard in [true, false] {
            var run = try Rehearsal([sub()], ["hook > sub"])
            run.proceed()
            run.cancel()
            run.proceed()
            #expect(run.asked.contains { if case .cancelChild = $0 { true } else { false } } == false)
            run.hear(.childStarted(StepKey(node: "sub"), attempt: 1, run: Self.childRun))
            #expect(run.asked.contains(.cancelChild(StepKey(node: "sub"), run: Self.childRun)))
            if isHeard {
                run.hear(.childEnded(StepKey(node: "sub"), attempt: 1, .cancelled))
            } else {
                run.pass(30_000)
            }
            #expect(run.state.status == .cancelled)
        }
    }

    @Test func `runs stand only so deep in one another`() throws {
        var run = try Rehearsal([sub()], ["hook > sub"], parent: ["depth": 8])
        run.proceed()
        #expect(run.runError?["code"] == "too_deep")
    }

    @Test func `a child over its time is cancelled, and the step fails`() throws {
        var run = try Rehearsal([sub(["timeout": "1m"])], ["hook > sub"])
        run.proceed()
        run.hear(.childStarted(StepKey(node: "sub"), attempt: 1, run: Self.childRun))
        run.pass(60_000)
        #expect(run.runError?["code"] == "timeout")
        #expect(run.asked.contains(.cancelChild(StepKey(node: "sub"), run: Self.childRun)))
    }

    @Test func `a sub-workflow's newest version is pinned`() throws {
        let listing = WorkflowListing(id: Self.child, name: "other", version: 5)
        let document = Doc.workflow([Doc.node("sub", "workflow", ["workflow": "other"])], ["hook > sub"])
        let planning = Planner(catalogue: FixtureCatalogue()).plan(document, workflows: [listing])
        #expect(planning.problems == [])
        let config = planning.document["nodes"]?.array?.last?["config"]
        #expect(config == ["workflow": .string(Self.child.description), "version": 5])
        for config in [["workflow": "othr"], ["workflow": "other", "version": 6]] as [JSON] {
            let bad = Doc.workflow([Doc.node("sub", "workflow", config)], ["hook > sub"])
            #expect(Planner(catalogue: FixtureCatalogue()).plan(bad, workflows: [listing]).problems.count == 1)
        }
    }

    // MARK: Compensation

    private func booked(_ id: String, _ more: JSONObject = [:]) -> JSON {
        var compensate: JSONObject = ["uses": "http/request", "input": ["undo": "{{ steps.\(id).output.id }}"]]
        for member in more { compensate[member.name] = member.value }
        return Doc.call(id, [:], ["compensate": .object(compensate)])
    }

    @Test func `what was done is undone in reverse when the run fails`() throws {
        var run = try Rehearsal(
            [booked("a"), booked("b"), Doc.call("c")], ["hook > a", "a > b", "b > c"])
        run.proceed()
        run.complete("a", ["id": 1])
        run.complete("b", ["id": 2])
        #expect(run.fail("c", .wrong) == ["step_failed c 1", "compensation_started b 1"])
        #expect(run.calls["b (compensation)"]?.input == ["undo": 2])
        #expect(run.complete("b (compensation)") == ["compensation_completed b 1", "compensation_started a 1"])
        run.crash()
        #expect(run.proceed() == ["compensation_started a 2"])
        #expect(run.fail("a (compensation)", .wrong) == ["compensation_failed a 2", "run_failed"])
        #expect(run.entries.last?.data["compensation"] == ["completed": 1, "failed": 1])
    }

    @Test func `undoing is tried again, also when the run was cancelled`() throws {
        var run = try Rehearsal([booked("a"), Doc.call("b")], ["hook > a", "a > b"])
        run.proceed()
        run.complete("a", ["id": 1])
        run.cancel()
        run.proceed()
        run.complete("b")
        #expect(run.fail("a (compensation)", .unavailable) == ["compensation_failed a 1"])
        #expect(run.pass(10_000) == ["compensation_started a 2"])
        #expect(run.complete("a (compensation)") == ["compensation_completed a 2", "run_cancelled"])
    }

    @Test func `what cannot say how it is undone is told, and a run that ends well undoes nothing`() throws {
        var run = try Rehearsal([booked("a"), Doc.call("b")], ["hook > a", "a > b"])
        run.proceed()
        run.complete("a", "no id")
        run.fail("b", .wrong)
        #expect(run.words.suffix(2) == ["compensation_failed a 1", "run_failed"])
        var good = try Rehearsal([booked("a")], ["hook > a"])
        good.proceed()
        #expect(good.complete("a", ["id": 1]).last == "run_completed")
    }

    private struct Missing: Error {}
}
