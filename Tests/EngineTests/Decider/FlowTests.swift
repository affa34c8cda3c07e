import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite("The way through a graph")
struct FlowTests {
    @Test func `a chain runs in order and gives the last output`() {
        var run = Rehearsal(
            Graph(
                [
                    .trigger(), .action("a", input: ["n": "{{ trigger.body.n }}"]),
                    .set("s", ["was": "{{ steps.a.output }}"]),
                ],
                ["hook > a", "a > s"]))
        #expect(run.proceed() == ["step_completed hook 1", "step_started a 1"])
        #expect(run.calls["a"]?.input == ["n": 1])
        #expect(run.complete("a", 7) == ["step_completed a 1", "step_completed s 1", "run_completed"])
        #expect(run.runOutput == ["was": 7])
        #expect(run.state.status == .completed)
        #expect(run.proceed() == [])
        #expect(run.entries.map(\.sequence) == Array(1...run.entries.count))
    }

    @Test(arguments: [(true, "yes", "no"), (false, "no", "yes")])
    func `a condition follows one port, and what hangs on the other is skipped`(
        value: Bool, taken: String, skipped: String
    ) {
        var run = Rehearsal(
            Graph(
                [
                    .trigger(), .condition("ok", "{{ trigger.body.ok }}"), .set("yes", "went yes"),
                    .set("no", "went no"),
                    .set("after", [:]),
                ],
                ["hook > ok", "ok:true > yes", "ok:false > no", "\(value ? "no" : "yes") > after"]),
            trigger: ["kind": "manual", "body": ["ok": .bool(value)]])
        run.proceed()
        #expect(run.phase("ok") == .completed(port: value ? "true" : "false"))
        #expect(run.phase(taken) == .completed(port: nil))
        #expect(run.phase(skipped) == .skipped)
        #expect(run.phase("after") == .skipped)
        #expect(run.runOutput == .string("went \(taken)"))
    }

    @Test func `everything skipped is decided in one batch`() {
        let chain = (1...20).map { Graph.Node.action("a\($0)") }
        var run = Rehearsal(
            Graph(
                [.trigger(), .condition("never", "{{ false }}")] + chain.reversed(),
                ["hook > never", "never:true > a1"] + (1..<20).map { "a\($0) > a\($0 + 1)" }))
        let words = run.proceed()
        #expect(words.count(where: { $0.hasPrefix("step_skipped") }) == 20)
        #expect(words.last == "run_completed")
        #expect(run.runOutput == JSON.null)
    }

    @Test func `a join waits for all ways and runs when one of them was followed`() {
        var run = Rehearsal(
            Graph(
                [
                    .trigger(), .condition("c", "{{ false }}"), .action("a", .read), .action("b", .read),
                    .set("join", "joined"),
                ],
                ["hook > c", "hook > a", "c:true > b", "a > join", "b > join"]))
        #expect(run.proceed() == ["step_completed hook 1", "step_completed c 1", "step_skipped b"])
        #expect(Set(run.calls.keys) == ["a"])
        #expect(run.complete("a") == ["step_completed a 1", "step_completed join 1", "run_completed"])
        #expect(run.runOutput == "joined")
    }

    @Test func `several ends give an object by node`() {
        var run = Rehearsal(
            Graph(
                [.trigger(), .set("x", 1), .set("y", 2), .condition("c", "{{ false }}"), .set("z", 3)],
                ["hook > x", "hook > y", "hook > c", "c:true > z"]))
        run.proceed()
        #expect(run.runOutput == ["x": 1, "y": 2])
    }

    @Test func `a trigger alone gives its body`() {
        var run = Rehearsal(Graph([.trigger()]))
        #expect(run.proceed() == ["step_completed hook 1", "run_completed"])
        #expect(run.runOutput == ["n": 1])
    }

    @Test func `independent steps run together, and no more than there is room for`() {
        let names = (1...5).map { "a\($0)" }
        var run = Rehearsal(Graph([.trigger()] + names.map { .action($0, .read) }, names.map { "hook > \($0)" }))
        run.room = 3
        run.proceed()
        #expect(run.calls.keys.sorted() == ["a1", "a2", "a3"])
        run.complete("a2")
        #expect(run.calls.keys.sorted() == ["a1", "a3", "a4"])
        for name in ["a1", "a3", "a4"] { run.complete(name) }
        #expect(run.complete("a5").last == "run_completed")
    }

    @Test func `without room what needs no call still happens`() {
        var run = Rehearsal(Graph([.trigger(), .set("s", 1), .action("a")], ["hook > s", "s > a"]))
        run.room = 0
        #expect(run.proceed() == ["step_completed hook 1", "step_completed s 1"])
        #expect(run.calls.isEmpty)
        #expect(run.state.status == .running)
    }

    @Test func `a step with an effect is on record before it is called, one that reads is not`() {
        var run = Rehearsal(
            Graph(
                [.trigger(), .action("r", .read), .action("w", .write), .action("d", .delete)],
                ["hook > r", "hook > w", "hook > d"]))
        #expect(run.proceed() == ["step_completed hook 1", "step_started w 1", "step_started d 1"])
        #expect(run.calls["r"]?.isRecorded == false)
        run.now = run.now + 250
        run.complete("r", 1)
        let end = run.entries.last { $0.node == "r" }
        #expect(end?.data["started_at"]?.string == Timestamp.start.description)
        #expect(end?.data["input"] == [:])
        let started = run.entries.first { $0.kind == .stepStarted }
        #expect(started?.data["idempotency_key"]?.string == run.calls["w"]?.idempotencyKey)
    }

    @Test func `a node's own timeout goes before the operation's`() {
        var run = Rehearsal(
            Graph([.trigger(), .action("a", timeout: 500), .action("b")], ["hook > a", "hook > b"]))
        run.proceed()
        #expect(run.calls["a"]?.deadline == Timestamp.start + 500)
        #expect(run.calls["b"]?.deadline == Timestamp.start + 20_000)
    }

    @Test func `expressions see run, workflow, environment and input`() {
        var run = Rehearsal(
            Graph(
                [
                    .trigger(),
                    .set("s", ["{{ run.workflow_id }}", "{{ workflow.name }}", "{{ env.REGION }}", "{{ input.n }}"]),
                ],
                ["hook > s"]))
        run.proceed()
        #expect(run.runOutput == [.string(run.record.workflow.description), "test", "eu", 1])
    }
}

@Suite("Where a run begins")
struct StartTests {
    private let graph = Graph(
        [
            .trigger("byHand"), .trigger("one", kind: "webhook"), .trigger("two", kind: "webhook"), .set("h", 0),
            .set("o", 1),
            .set("t", 2),
        ],
        ["byHand > h", "one > o", "two > t"])

    @Test func `at the trigger that is named`() {
        var run = Rehearsal(graph, trigger: ["kind": "webhook", "node": "two", "body": 1], kind: "webhook")
        run.proceed()
        #expect(run.runOutput == 2)
        #expect(run.phase("one") == .skipped)
        #expect(run.phase("byHand") == .skipped)
    }

    @Test func `else at the first of its kind`() {
        var run = Rehearsal(graph, trigger: ["kind": "webhook", "body": 1], kind: "webhook")
        run.proceed()
        #expect(run.runOutput == 1)
    }

    @Test func `a name that is no trigger's is passed over`() {
        var run = Rehearsal(graph, trigger: ["kind": "webhook", "node": "h", "body": 1], kind: "webhook")
        run.proceed()
        #expect(run.runOutput == 1)
    }

    @Test func `by hand also where there is only another trigger`() {
        var run = Rehearsal(Graph([.trigger("one", kind: "webhook"), .set("o", "{{ input }}")], ["one > o"]))
        run.proceed()
        #expect(run.runOutput == ["n": 1])
    }

    @Test func `without a trigger for it the run fails and says so`() {
        var run = Rehearsal(
            Graph([.trigger(), .set("s", 1)], ["hook > s"]), trigger: ["kind": "webhook"], kind: "webhook")
        #expect(run.proceed() == ["run_failed"])
        #expect(run.runError?["code"] == "no_trigger")
        #expect(run.runError?["message"]?.string?.contains("webhook") == true)
    }

    @Test func `a journal that does not say what started it ends the run`() {
        var state = RunState(of: .fixture(), plan: Graph([.trigger()]).plan)
        guard case .record(let entries)? = state.decide(now: .start).first else {
            Issue.record("nothing was recorded")
            return
        }
        #expect(entries.map(\.kind) == [.runFailed])
    }

    @Test func `nodes that wait for each other end the run instead of waiting forever`() {
        var run = Rehearsal(Graph([.trigger(), .set("a", 1), .set("b", 1)], ["hook > a", "b > a", "a > b"]))
        #expect(run.proceed() == ["step_completed hook 1", "run_failed"])
        #expect(run.runError?["message"]?.string?.contains("a, b") == true)
    }
}
