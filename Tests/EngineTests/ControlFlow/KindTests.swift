import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

@Suite("Kinds of nodes")
struct KindTests {
    @Test(arguments: [(1, "small"), (5, "some"), (12, "big"), (7, "default")])
    func `a switch follows the first case that fits`(n: Int64, port: String) throws {
        let choice = Doc.node(
            "pick", "switch",
            [
                "value": "{{ input.n }}",
                "cases": [
                    ["port": "small", "equals": 1], ["port": "some", "in": [4, "{{ input.five }}"]],
                    ["port": "big", "if": "{{ input.n > 10 }}"],
                ],
            ])
        let ports = ["small", "some", "big", "default"]
        var run = try Rehearsal(
            [choice] + ports.map { Doc.set($0, .string($0)) }, ["hook > pick"] + ports.map { "pick:\($0) > \($0)" },
            body: ["n": .int(n), "five": 5])
        run.proceed()
        #expect(run.runOutput == ["v": .string(port)])
    }

    @Test(
        arguments: [
            ["cases": []], ["cases": [["port": "a"]]], ["cases": [["port": "a", "equals": 1]]],
            ["value": 1, "cases": [["port": "default", "equals": 1]]], ["value": 1, "cases": [1]],
            ["value": 1, "cases": [["port": "a", "equals": 1, "in": []]]], ["cases": [["port": "a", "if": "yes"]]],
        ] as [JSON])
    func `a switch that cannot be is refused`(config: JSON) {
        let problems = Doc.problems(Doc.workflow([Doc.node("pick", "switch", config)], ["hook > pick"]))
        #expect(problems.count == 1)
        #expect(problems.first?.node == "pick")
    }

    @Test func `the first way to a merge is enough, and the rest is broken off`() throws {
        var run = try Rehearsal(
            [Doc.call("a"), Doc.call("b"), Doc.call("b2"), Doc.node("m", "merge", ["wait": "any"])],
            ["hook > a", "hook > b", "b > b2", "a > m", "b2 > m"])
        run.proceed()
        run.complete("a", "first")
        #expect(run.asked.first == .cancel(StepKey(node: "b")))
        #expect(
            run.fail("b", OperationFailure(code: .cancelled, message: "cut")) == [
                "step_cancelled b 1", "run_completed",
            ])
        #expect(run.runOutput == "first")
        #expect(run.words.contains("step_skipped b2"))
    }

    @Test func `the rest may end, and then a merge needs no more`() throws {
        var run = try Rehearsal(
            [
                Doc.call("a"), Doc.call("b"), Doc.node("m", "merge", ["wait": "any", "rest": "finish"]),
                Doc.set("s", "{{ steps.m.output }}"),
            ],
            ["hook > a", "hook > b", "a > m", "b > m", "m > s"])
        run.proceed()
        #expect(run.complete("b", "b").contains("step_completed s 1"))
        #expect(run.complete("a").last == "run_completed")
        #expect(run.runOutput == ["v": "b"])
    }

    @Test func `two of three are enough, and one is too few`() throws {
        let nodes = [
            Doc.call("a", [:], ["on_error": "continue"]), Doc.call("b"),
            Doc.node("c", "condition", ["if": "{{ input.go }}"]),
            Doc.node("m", "merge", ["wait": "first", "count": 2]),
        ]
        let edges = ["hook > a", "hook > b", "hook > c", "a > m", "b > m", "c:true > m"]
        var run = try Rehearsal(nodes, edges, body: ["go": true])
        run.proceed()
        run.complete("b", "b")
        #expect(
            run.entries.first { $0.kind == .stepCompleted && $0.node == "m" }?.data["output"] == ["b": "b", "c": true])
        let short = ["hook > a", "hook > b", "hook > c", "c:true > m", "c:false > m", "b > m"]
        var other = try Rehearsal(nodes.map { $0.with("on_error", nil) }, short, body: ["go": true])
        other.proceed()
        other.complete("b")
        other.complete("a")
        #expect(other.state.status == .completed)
        let tooMany = Doc.workflow(Array(nodes.suffix(1)), ["hook > m"])
        #expect(Doc.problems(tooMany).map(\.code) == ["bad-value"])
    }

    @Test func `a merge of all waits for all`() throws {
        var run = try Rehearsal(
            [Doc.call("a"), Doc.call("b"), Doc.node("m", "merge")], ["hook > a", "hook > b", "a > m", "b > m"])
        run.proceed()
        run.complete("b", 2)
        run.complete("a", 1)
        #expect(run.runOutput == ["a": 1, "b": 2])
    }

    @Test(
        arguments: [
            ("object", ["x": ["v": [1]], "y": ["v": [2, 3]]]), ("list", [["v": [1]], ["v": [2, 3]]]),
            ("merge", ["v": [2, 3]]), ("concat", [["v": [1]], ["v": [2, 3]]]),
        ] as [(String, JSON)])
    func `an aggregate makes one value of several`(form: String, output: JSON) throws {
        var run = try Rehearsal(
            [Doc.set("x", [1]), Doc.set("y", [2, 3]), Doc.node("all", "aggregate", ["as": .string(form)])],
            ["hook > x", "hook > y", "x > all", "y > all"])
        run.proceed()
        #expect(run.runOutput == output)
    }

    @Test func `an aggregate of given values joins lists`() throws {
        var run = try Rehearsal(
            [Doc.node("all", "aggregate", ["as": "concat", "values": ["{{ input.a }}", [3]]])], ["hook > all"],
            body: ["a": [1, 2]])
        run.proceed()
        #expect(run.runOutput == [1, 2, 3])
        var bad = try Rehearsal(
            [Doc.node("all", "aggregate", ["as": "merge", "values": ["{{ input.a }}"]])], ["hook > all"], body: ["a": 1]
        )
        bad.proceed()
        #expect(bad.runError?["code"] == "expression")
    }

    @Test func `a transform gives what its expression makes`() throws {
        var run = try Rehearsal([Doc.node("t", "transform", ["value": "{{ input.n + 1 }}"])], ["hook > t"])
        run.proceed()
        #expect(run.runOutput == 2)
        var query = try Rehearsal(
            [Doc.node("t", "transform", ["jmespath": "people[?age > `20`].name", "input": "{{ input }}"])],
            ["hook > t"],
            body: ["people": [["name": "Ada", "age": 36], ["name": "Bob", "age": 3]]])
        query.proceed()
        #expect(query.runOutput == ["Ada"])
        for config in [[:], ["value": 1, "jmespath": "a"], ["jmespath": "a"], ["jmespath": "a[", "input": 1]] as [JSON]
        {
            #expect(Doc.problems(Doc.workflow([Doc.node("t", "transform", config)], ["hook > t"])).count == 1)
        }
    }

    @Test func `a stop ends the run, and what is under way`() throws {
        var run = try Rehearsal(
            [Doc.call("a"), Doc.node("end", "stop", ["output": "{{ input.n }}"])], ["hook > a", "hook > end"])
        run.proceed()
        run.complete("a")
        #expect(run.runOutput == 1)
        var failed = try Rehearsal(
            [Doc.node("end", "stop", ["status": "failed", "message": "no {{ input.n }}"])], ["hook > end"])
        failed.proceed()
        #expect(failed.runError == ["code": "stopped", "message": "no 1", "node": "end"])
    }

    @Test func `a response is given once, before the end`() throws {
        var run = try Rehearsal(
            [
                Doc.node("answer", "respond", ["status": 201, "body": "{{ input.n }}"]), Doc.call("a"),
                Doc.node("again", "respond"),
            ], ["hook > answer", "answer > a", "a > again"])
        run.proceed()
        #expect(run.asked.contains(.respond(["status": 201, "headers": [:], "body": 1])))
        #expect(run.words.contains("run_responded"))
        run.complete("a")
        #expect(run.runError?["code"] == "already_responded")
    }

    @Test func `errors go their way`() throws {
        var run = try Rehearsal(
            [
                Doc.call("a", [:], ["on_error": "route"]), Doc.set("ok", 1),
                Doc.set("bad", "{{ steps.a.output.error.code }}"),
            ],
            ["hook > a", "a > ok", "a:error > bad"])
        run.proceed()
        run.fail("a", .wrong)
        #expect(run.runOutput == ["v": "invalid_input"])
        #expect(run.phase("ok") == .skipped)
        var fallback = try Rehearsal(
            [Doc.call("a", [:], ["on_error": "fallback", "fallback": ["was": "{{ steps.a.output.error.code }}"]])],
            ["hook > a"])
        fallback.proceed()
        fallback.fail("a", .wrong)
        #expect(fallback.runOutput == ["was": "invalid_input"])
        var again = try Rehearsal([Doc.call("a", [:], ["on_error": "retry"])], ["hook > a"])
        again.proceed()
        again.fail("a", .unavailable)
        #expect(again.state.status == .running)
        #expect(
            Doc.problems(Doc.workflow([Doc.call("a"), Doc.set("s", 1)], ["hook > a", "a:error > s"])).map(\.code) == [
                "unknown-port"
            ])
    }

    @Test func `only the errors that are named are tried again`() throws {
        for (failure, goesOn) in [(OperationFailure.wrong, true), (.unavailable, false)] {
            var run = try Rehearsal(
                [Doc.call("a", [:], ["retry": ["attempts": 3, "on": ["invalid_input"]]])], ["hook > a"])
            run.proceed()
            run.fail("a", failure)
            #expect((run.state.status == .running) == goesOn)
        }
    }

    @Test func `who is asked to come back later loses no attempt, within a day`() throws {
        var run = try Rehearsal([Doc.call("a")], ["hook > a"])
        run.proceed()
        let limited = OperationFailure(code: .rateLimited, message: "Slow down.", retryAfter: 30_000_000)
        for _ in 0..<2 {
            run.fail("a", limited)
            #expect(run.asked == [.park(until: run.now + 30_000_000)])
            run.pass(30_000_000)
        }
        run.fail("a", limited)
        #expect(run.state.status == .failed)
    }

    @Test func `a run ends when its time is over`() throws {
        var run = try Rehearsal([Doc.call("a")], ["hook > a"], timeout: "1h")
        run.proceed()
        #expect(run.pass(3_600_000) == ["run_stopping"])
        run.fail("a", OperationFailure(code: .cancelled, message: "cut"))
        #expect(run.runError?["code"] == "run_timeout")
    }
}
