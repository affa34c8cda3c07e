import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

@Suite("Loops")
struct LoopTests {
    private func loop(_ config: JSON, _ nodes: [JSON], _ edges: [String] = [], _ more: JSONObject = [:]) -> JSON {
        var more = more
        more["body"] = Doc.graph(nodes, edges)
        return Doc.node("each", "loop", config, more)
    }

    @Test func `a body runs for each element, and results keep the order`() throws {
        var run = try Rehearsal(
            [
                loop(
                    ["items": [3, 1, 2]], [Doc.set("s", "{{ steps.each.output.item * 10 + steps.each.output.index }}")])
            ],
            ["hook > each"])
        run.proceed()
        #expect(run.runOutput == [["v": 30], ["v": 11], ["v": 22]])
        #expect(run.words.contains("step_completed each/1/s 1"))
    }

    @Test func `as many iterations are under way as may be, and those that end make room`() throws {
        var run = try Rehearsal(
            [loop(["items": [0, 1, 2, 3], "concurrency": 2], [Doc.call("a")])], ["hook > each"])
        run.proceed()
        #expect(run.calls.keys.sorted() == ["each/0/a", "each/1/a"])
        run.complete("each/1/a", "one")
        #expect(run.calls.keys.sorted() == ["each/0/a", "each/2/a"])
        run.complete("each/2/a", "two")
        run.complete("each/3/a", "three")
        #expect(run.complete("each/0/a", "zero").last == "run_completed")
        #expect(run.runOutput == ["zero", "one", "two", "three"])
    }

    @Test func `an empty list gives an empty list`() throws {
        var run = try Rehearsal(
            [loop(["items": "{{ input.list }}"], [Doc.set("s", 1)])], ["hook > each"], body: ["list": []])
        run.proceed()
        #expect(run.runOutput == [])
    }

    @Test func `a failed iteration fails the loop, and says which it was; others under way may end`() throws {
        var run = try Rehearsal(
            [loop(["items": [0, 1, 2], "concurrency": 2], [Doc.call("a")])], ["hook > each"])
        run.proceed()
        #expect(run.fail("each/1/a", .wrong) == ["step_failed each/1/a 1"])
        #expect(run.complete("each/0/a") == ["step_completed each/0/a 1", "step_failed each 1", "run_failed"])
        #expect(run.runError?["code"] == "invalid_input")
        #expect(run.runError?["node"] == "a")
        #expect(run.runError?["message"]?.string?.hasPrefix("Iteration 1: ") == true)
    }

    @Test func `a loop may go on without what failed`() throws {
        var run = try Rehearsal(
            [loop(["items": [0, 1], "on_item_failure": "continue"], [Doc.call("a")])], ["hook > each"])
        run.proceed()
        run.fail("each/0/a", .wrong)
        run.complete("each/1/a", "ok")
        let output = try #require(run.runOutput?.array)
        #expect(output[0]["error"]?["code"] == "invalid_input")
        #expect(output[1] == "ok")
    }

    @Test func `a condition is asked before each iteration, and sees what the last one gave`() throws {
        var run = try Rehearsal(
            [
                loop(
                    ["while": "{{ steps.each.output.index < 3 }}", "most": 10],
                    [Doc.set("s", "{{ string(steps.each.output.index) + string(steps.each.output.last == null) }}")])
            ], ["hook > each"])
        run.proceed()
        #expect(run.runOutput == ["v": "2false"])
    }

    @Test func `a condition that always holds ends at the bound`() throws {
        var run = try Rehearsal([loop(["while": true, "most": 5], [Doc.set("s", 1)])], ["hook > each"])
        run.proceed()
        #expect(run.runError?["code"] == "too_many_iterations")
        #expect(run.words.count { $0.hasPrefix("step_completed each/") } == 5)
    }

    @Test func `loops stand in loops, and both elements are seen`() throws {
        let inner = Doc.node(
            "inner", "loop", ["items": "{{ steps.each.output.item }}"],
            ["body": Doc.graph([Doc.set("s", "{{ steps.each.output.index * 10 + steps.inner.output.item }}")])])
        var run = try Rehearsal([loop(["items": [[1, 2], [3]]], [inner])], ["hook > each"])
        run.proceed()
        #expect(run.runOutput == [[["v": 1], ["v": 2]], [["v": 13]]])
        #expect(run.words.contains("step_completed each/0/inner/1/s 1"))
    }

    @Test func `a crash in the middle loses no iteration and repeats none that ended`() throws {
        var run = try Rehearsal(
            [
                loop(
                    ["items": [0, 1, 2], "concurrency": 3], [Doc.call("a"), Doc.set("s", "{{ steps.a.output }}")],
                    ["a > s"])
            ],
            ["hook > each"])
        run.proceed()
        run.complete("each/2/a", "two")
        let keys = run.calls.mapValues(\.idempotencyKey)
        run.crash()
        run.proceed()
        #expect(run.calls.mapValues(\.idempotencyKey) == keys)
        #expect(run.calls.values.map(\.attempt) == [2, 2])
        run.complete("each/0/a", "zero")
        run.complete("each/1/a", "one")
        #expect(run.runOutput == [["v": "zero"], ["v": "one"], ["v": "two"]])
    }

    @Test func `a loop that is over its time is broken off, and its calls are cut short`() throws {
        var run = try Rehearsal(
            [loop(["items": [0]], [Doc.call("a")], [], ["timeout": "10s"])], ["hook > each"])
        run.proceed()
        #expect(run.pass(10_000) == ["step_stopping each 1"])
        #expect(run.asked.first == .cancel(StepKey(node: "a", path: "each/0")))
        run.fail("each/0/a", OperationFailure(code: .cancelled, message: "cut"))
        #expect(run.runError?["code"] == "timeout")
        #expect(run.runError?["node"] == "each")
    }

    @Test func `a loop that is tried again has new steps`() throws {
        var run = try Rehearsal(
            [
                loop(
                    ["items": [0]], [Doc.call("a")], [],
                    ["retry": ["attempts": 2, "backoff": "fixed", "initial": "1s", "jitter": false]])
            ], ["hook > each"])
        run.proceed()
        let first = run.calls["each/0/a"]?.idempotencyKey
        run.fail("each/0/a", .wrong)
        run.pass(1_000)
        #expect(run.calls["each~2/0/a"] != nil)
        #expect(run.calls["each~2/0/a"]?.idempotencyKey != first)
        run.crash()
        run.proceed()
        run.complete("each~2/0/a", "ok")
        #expect(run.runOutput == ["ok"])
    }

    @Test func `many quick iterations are decided in several batches`() throws {
        let items = (0..<2_000).map { JSON.int(Int64($0)) }
        var run = try Rehearsal(
            [loop(["items": .array(items)], [Doc.set("s", "{{ steps.each.output.item }}")])], ["hook > each"])
        var rounds = 0
        while !run.state.status.isTerminal, rounds < 100 {
            run.proceed()
            rounds += 1
        }
        #expect(rounds > 1)
        #expect(run.runOutput?.array?.count == 2_000)
    }

    @Test(
        arguments: [
            ["concurrency": 2], ["items": [], "while": true], ["items": "text"], ["while": true],
            ["items": [], "most": 0],
            ["while": "text", "most": 1], ["items": [], "on_item_failure": "explode"], ["items": [], "hurry": true],
            ["while": true, "most": 3, "concurrency": 2],
        ] as [JSON])
    func `a config that cannot be is refused`(config: JSON) {
        let problems = Doc.problems(Doc.workflow([loop(config, [Doc.set("s", 1)])], ["hook > each"]))
        #expect(!problems.isEmpty)
        #expect(problems.allSatisfy { $0.node == "each" && $0.pointer.hasPrefix("/nodes/1/config") })
    }

    @Test func `bodies are read as strictly as the top`() {
        let document = Doc.workflow(
            [
                loop(
                    ["items": []], [Doc.set("a", "{{ steps.b.output }}"), Doc.set("b", 1), Doc.set("a", 2)],
                    ["a > b", "b > nowhere"]),
                Doc.set("after", "{{ steps.b.output }}"), Doc.node("bare", "loop", ["items": []]),
            ], ["hook > each", "each > after", "after > bare"])
        let codes = Set(Doc.problems(document).map(\.code))
        #expect(codes == ["duplicate-node", "unknown-node", "missing-member"])
    }

    @Test func `steps are read where they can be seen`() {
        let document = Doc.workflow(
            [
                loop(
                    ["items": []], [Doc.set("a", "{{ steps.b.output }}"), Doc.set("b", "{{ steps.before.output }}")],
                    ["a > b"]),
                Doc.set("after", "{{ steps.b.output }}"), Doc.set("before", 1), Doc.node("t", "manual"),
            ], ["hook > before", "before > each", "each > after"])
        let problems = Doc.problems(document)
        #expect(problems.map(\.code) == ["step-order", "step-order"])
        #expect(Set(problems.map(\.node)) == ["a", "after"])
        #expect(problems.contains { $0.hint == "read steps.each.output" })
        let inside = Doc.workflow([loop(["items": []], [Doc.node("t", "manual")])], ["hook > each"])
        #expect(Doc.problems(inside).map(\.code) == ["misplaced-trigger"])
        let empty = Doc.workflow([loop(["items": []], [])], ["hook > each"])
        #expect(Doc.problems(empty).map(\.code) == ["missing-node"])
    }
}
