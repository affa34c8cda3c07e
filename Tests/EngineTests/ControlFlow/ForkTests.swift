import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

@Suite("Runs that are made again")
struct ForkTests {
    private let undo: JSON = ["uses": "http/request", "input": [:]]

    @Test func `from the failed step, what went well is not done again`() throws {
        var run = try Rehearsal(
            [Doc.call("a"), Doc.call("b", ["a": "{{ steps.a.output }}"])], ["hook > a", "a > b"])
        run.proceed()
        run.complete("a", 7)
        #expect(run.fail("b", .wrong).last == "run_failed")
        var again = try run.again(from: .failed)
        again.proceed()
        #expect(again.calls["b"]?.input == ["a": 7])
        #expect(again.calls.count == 1)
        #expect(again.complete("b", 8).last == "run_completed")
        #expect(again.runOutput == 8)
    }

    @Test func `from a step, what follows from it is done again, and nothing else`() throws {
        var run = try Rehearsal(
            [Doc.call("a"), Doc.call("b"), Doc.call("c"), Doc.call("d")],
            ["hook > a", "a > b", "a > c", "b > d"])
        run.proceed()
        for node in ["a", "b", "c", "d"] { run.complete(node) }
        #expect(run.state.status == .completed)
        var again = try run.again(from: .step(node: "b", path: ""))
        again.proceed()
        #expect(again.calls.keys.sorted() == ["b"])
        again.complete("b")
        #expect(again.calls.keys.sorted() == ["d"])
        #expect(again.complete("d").last == "run_completed")
    }

    @Test func `from the start, nothing is taken over`() throws {
        var run = try Rehearsal([Doc.call("a")], ["hook > a"])
        run.proceed()
        run.complete("a")
        #expect(try Fork.entries(of: run.entries, on: run.plan, from: .start, at: run.now) == [])
    }

    @Test func `a loop goes on with the iterations that are missing`() throws {
        let loop = Doc.node(
            "each", "loop", ["items": "{{ input.list }}"],
            ["body": Doc.graph([Doc.call("a"), Doc.call("b", ["i": "{{ steps.each.output.item }}"])], ["a > b"])])
        var run = try Rehearsal(
            [loop, Doc.call("last")], ["hook > each", "each > last"], body: ["list": [10, 20, 30]])
        run.proceed()
        for key in ["each/0/a", "each/0/b", "each/1/a"] { run.complete(key, "once") }
        #expect(run.fail("each/1/b", .wrong).last == "run_failed")
        var again = try run.again(from: .failed)
        again.proceed()
        #expect(again.calls.keys.sorted() == ["each/1/b"])
        #expect(again.calls["each/1/b"]?.input == ["i": 20])
        again.complete("each/1/b", "twice")
        again.complete("each/2/a")
        again.complete("each/2/b", "new")
        #expect(again.calls.keys.sorted() == ["last"])
        again.complete("last")
        #expect(again.words.contains("step_completed each 1"))
        #expect(again.entries.last { $0.node == "each" }?.data["output"] == ["once", "twice", "new"])
    }

    @Test func `a container that was tried again goes on with its last attempt as the first`() throws {
        let attempt = Doc.node(
            "guard", "try", [:],
            [
                "body": Doc.graph([Doc.call("a"), Doc.call("b")], ["a > b"]), "finally": Doc.graph([Doc.set("f", 1)]),
                "retry": ["attempts": 2, "initial": "1s"],
            ])
        var run = try Rehearsal([attempt], ["hook > guard"])
        run.proceed()
        run.complete("guard/body/a")
        run.fail("guard/body/b", .unavailable)
        run.pass(5_000)
        run.complete("guard~2/body/a", "second")
        #expect(run.fail("guard~2/body/b", .unavailable).last == "run_failed")
        var again = try run.again(from: .failed)
        again.proceed()
        #expect(again.calls.keys.sorted() == ["guard/body/b"])
        again.fail("guard/body/b", .unavailable)
        again.pass(5_000)
        #expect(again.calls.keys.sorted() == ["guard~2/body/a"], "its attempts are its own")
    }

    @Test func `what was undone is done again, and what follows from it`() throws {
        var run = try Rehearsal(
            [Doc.call("a"), Doc.call("b", [:], ["compensate": undo]), Doc.call("c"), Doc.call("d")],
            ["hook > a", "a > b", "b > c", "c > d"])
        run.proceed()
        for node in ["a", "b", "c"] { run.complete(node) }
        run.fail("d", .wrong)
        #expect(run.complete("b (compensation)").last == "run_failed")
        var again = try run.again(from: .failed)
        again.proceed()
        #expect(again.calls.keys.sorted() == ["b"])
    }

    @Test func `what is taken over is undone when the new run fails`() throws {
        var run = try Rehearsal(
            [Doc.call("a", [:], ["compensate": undo]), Doc.call("b")], ["hook > a", "a > b"])
        run.proceed()
        for node in ["a", "b"] { run.complete(node) }
        var again = try run.again(from: .step(node: "b", path: ""))
        again.proceed()
        again.fail("b", .wrong)
        #expect(again.calls.keys.sorted() == ["a (compensation)"])
    }

    @Test func `a stop is done again`() throws {
        let stop = Doc.node("end", "stop", ["status": "failed", "message": "{{ steps.a.output }}"])
        var run = try Rehearsal([Doc.call("a"), stop], ["hook > a", "a > end"])
        run.proceed()
        #expect(run.complete("a", "no").last == "run_failed")
        var again = try run.again(from: .failed)
        #expect(again.proceed().last == "run_failed")
        #expect(again.calls.isEmpty)
    }

    @Test func `an iteration can be done again alone`() throws {
        let loop = Doc.node("each", "loop", ["items": [1, 2]], ["body": Doc.graph([Doc.call("a")])])
        var run = try Rehearsal([loop, Doc.call("last")], ["hook > each", "each > last"])
        run.proceed()
        for key in ["each/0/a", "each/1/a", "last"] { run.complete(key) }
        var one = try run.again(from: .step(node: "a", path: "each/1"))
        one.proceed()
        #expect(one.calls.keys.sorted() == ["each/1/a"])
        var all = try run.again(from: .step(node: "a", path: ""))
        all.proceed()
        #expect(all.calls.keys.sorted() == ["each/0/a"])
        one.complete("each/1/a")
        #expect(one.calls.keys.sorted() == ["last"])
    }

    @Test func `iterations of a loop with a condition are repeated from the one that is`() throws {
        let loop = Doc.node(
            "each", "loop", ["while": "{{ steps.each.output.index < 3 }}", "most": 9],
            ["body": Doc.graph([Doc.call("a")])])
        var run = try Rehearsal([loop], ["hook > each"])
        run.proceed()
        for number in 0..<3 { run.complete("each/\(number)/a", .int(Int64(number))) }
        #expect(run.state.status == .completed)
        var again = try run.again(from: .step(node: "a", path: "each/1"))
        again.proceed()
        #expect(again.calls.keys.sorted() == ["each/1/a"])
        again.complete("each/1/a")
        #expect(again.calls.keys.sorted() == ["each/2/a"])
    }

    @Test func `a newer version takes over what it still has`() throws {
        var run = try Rehearsal([Doc.call("a"), Doc.call("old"), Doc.call("b")], ["hook > a", "a > old", "old > b"])
        run.proceed()
        run.complete("a", 1)
        run.complete("old", 2)
        run.fail("b", .wrong)
        let newer = try Doc.plan(
            Doc.workflow(
                [Doc.call("a"), Doc.call("new"), Doc.call("b", ["x": "{{ steps.a.output }}"])],
                ["hook > a", "a > new", "new > b"]))
        var again = try run.again(from: .failed, on: newer)
        again.proceed()
        #expect(again.calls.keys.sorted() == ["new"])
        again.complete("new")
        #expect(again.calls["b"]?.input == ["x": 1])
    }

    @Test func `an event that nobody had waited for yet is there for the new run`() throws {
        let wait = Doc.node("w", "wait", ["event": "go", "timeout": "1h"])
        var run = try Rehearsal([Doc.call("a"), wait], ["hook > a", "a > w"])
        run.proceed()
        run.hear(.eventReceived(name: "go", payload: 1, id: "e1"))
        run.fail("a", .wrong)
        var again = try run.again(from: .failed)
        again.proceed()
        #expect(again.complete("a").last == "run_completed")
    }

    @Test func `where there is nothing to do again, that is said`() throws {
        var run = try Rehearsal([Doc.call("a")], ["hook > a"])
        run.proceed()
        run.complete("a")
        #expect(throws: ForkError.nothingFailed) { try run.again(from: .failed) }
        #expect(throws: ForkError.unknownStep(node: "b", path: "")) { try run.again(from: .step(node: "b", path: "")) }
        #expect(throws: ForkError.unknownStep(node: "a", path: "x/0")) {
            try run.again(from: .step(node: "a", path: "x/0"))
        }
    }
}

extension Rehearsal {
    /// The run that takes over what this one did.
    func again(from point: Fork.Point, on plan: Plan? = nil) throws -> Rehearsal {
        let plan = plan ?? self.plan
        let taken = try Fork.entries(of: entries, on: plan, from: point, at: now)
        var run = Rehearsal(plan: plan, trigger: entries[0].data["trigger"] ?? .null)
        run.now = now
        run.append(taken)
        #expect(run.entries.map(\.sequence) == Array(1...run.entries.count))
        return run
    }
}
