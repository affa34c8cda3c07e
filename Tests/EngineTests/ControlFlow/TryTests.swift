import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

@Suite("Try, parallel, and what is done at last")
struct TryTests {
    private func attempt(
        _ body: [JSON], catch handler: [JSON]? = nil, finally: [JSON]? = nil, _ more: JSONObject = [:]
    ) -> JSON {
        var more = more
        more["body"] = Doc.graph(body)
        if let handler { more["catch"] = Doc.graph(handler) }
        if let finally { more["finally"] = Doc.graph(finally) }
        return Doc.node("guard", "try", [:], more)
    }

    @Test func `a body that does well gives its output, and catch is left out`() throws {
        var run = try Rehearsal(
            [attempt([Doc.call("a")], catch: [Doc.set("c", 1)], finally: [Doc.call("f")])], ["hook > guard"])
        run.proceed()
        run.complete("guard/body/a", "fine")
        #expect(run.calls.keys.sorted() == ["guard/finally/f"])
        #expect(run.complete("guard/finally/f").last == "run_completed")
        #expect(run.runOutput == "fine")
        #expect(!run.words.contains { $0.contains("catch") })
    }

    @Test func `catch sees the error, and what it gives is the output`() throws {
        var run = try Rehearsal(
            [
                attempt([Doc.call("a")], catch: [Doc.set("c", "{{ steps.guard.output.error.code }}")])
            ], ["hook > guard"])
        run.proceed()
        run.fail("guard/body/a", .wrong)
        #expect(run.runOutput == ["v": "invalid_input"])
    }

    @Test func `finally sees what the body did, as far as it came`() throws {
        var run = try Rehearsal(
            [
                attempt(
                    [Doc.set("made", 7)],
                    finally: [
                        Doc.call("f", ["id": "{{ steps.made.output.v }}", "error": "{{ steps.guard.output.error }}"])
                    ])
            ], ["hook > guard"])
        run.proceed()
        #expect(run.calls["guard/finally/f"]?.input == ["id": 7, "error": nil])
        run.complete("guard/finally/f")
        #expect(run.runOutput == ["v": 7])
    }

    @Test func `without catch the error goes on after finally`() throws {
        var run = try Rehearsal([attempt([Doc.call("a")], finally: [Doc.call("f")])], ["hook > guard"])
        run.proceed()
        run.fail("guard/body/a", .wrong)
        #expect(run.complete("guard/finally/f").suffix(2) == ["step_failed guard 1", "run_failed"])
        #expect(run.runError?["node"] == "a")
    }

    @Test func `what fails in finally is the error`() throws {
        var run = try Rehearsal([attempt([Doc.set("s", 1)], finally: [Doc.call("f")])], ["hook > guard"])
        run.proceed()
        run.fail("guard/finally/f", .wrong)
        #expect(run.runError?["node"] == "f")
    }

    @Test func `finally runs also when the run is cancelled, and catch does not`() throws {
        var run = try Rehearsal(
            [attempt([Doc.call("a")], catch: [Doc.call("c")], finally: [Doc.call("f")])], ["hook > guard"])
        run.proceed()
        run.cancel()
        run.proceed()
        #expect(run.asked.contains(.cancel(StepKey(node: "a", path: "guard/body"))))
        run.fail("guard/body/a", OperationFailure(code: .cancelled, message: "cut"))
        #expect(run.calls.keys.sorted() == ["guard/finally/f"])
        #expect(run.complete("guard/finally/f").suffix(2) == ["step_cancelled guard 1", "run_cancelled"])
    }

    @Test func `finally runs also when a step beside the try fails`() throws {
        var run = try Rehearsal(
            [attempt([Doc.call("a")], finally: [Doc.call("f")]), Doc.call("b")], ["hook > guard", "hook > b"])
        run.proceed()
        run.fail("b", .wrong)
        run.complete("guard/body/a")
        #expect(run.calls.keys.sorted() == ["guard/finally/f"])
        #expect(run.complete("guard/finally/f").last == "run_failed")
        #expect(run.runError?["node"] == "b")
    }

    @Test func `finally runs after a crash in the body of a cancelled run`() throws {
        var run = try Rehearsal([attempt([Doc.call("a")], finally: [Doc.call("f")])], ["hook > guard"])
        run.proceed()
        run.cancel()
        run.crash()
        run.proceed()
        #expect(run.words.contains("step_cancelled guard/body/a 1"))
        run.complete("guard/finally/f")
        #expect(run.state.status == .cancelled)
    }

    @Test func `finally that takes too long is broken off`() throws {
        var run = try Rehearsal([attempt([Doc.set("s", 1)], finally: [Doc.call("f")])], ["hook > guard"])
        run.proceed()
        #expect(run.pass(3_600_000) == ["step_stopping guard 1"])
        run.fail("guard/finally/f", OperationFailure(code: .cancelled, message: "cut"))
        #expect(run.state.status == .failed)
    }

    @Test func `branches run beside each other and give an object`() throws {
        var run = try Rehearsal(
            [
                Doc.node(
                    "fan", "parallel", [:],
                    ["branches": ["left": Doc.graph([Doc.call("l")]), "right": Doc.graph([Doc.call("r")])]])
            ], ["hook > fan"])
        run.proceed()
        #expect(run.calls.keys.sorted() == ["fan/left/l", "fan/right/r"])
        run.complete("fan/right/r", 2)
        run.complete("fan/left/l", 1)
        #expect(run.runOutput == ["left": 1, "right": 2])
    }

    @Test func `a branch may fail alone`() throws {
        let branches: JSON = ["left": Doc.graph([Doc.call("l")]), "right": Doc.graph([Doc.call("r")])]
        for (config, isFailed) in [(["on_branch_failure": "continue"] as JSON, false), (["concurrency": 1], true)] {
            var run = try Rehearsal([Doc.node("fan", "parallel", config, ["branches": branches])], ["hook > fan"])
            run.proceed()
            run.fail("fan/left/l", .wrong)
            if !isFailed { run.complete("fan/right/r", 2) }
            #expect((run.state.status == .failed) == isFailed)
            if isFailed { #expect(run.runError?["message"]?.string?.hasPrefix("Branch \"left\": ") == true) }
        }
    }

    @Test func `a try needs catch or finally`() {
        #expect(
            Doc.problems(Doc.workflow([attempt([Doc.set("s", 1)])], ["hook > guard"])).map(\.code) == ["missing-member"]
        )
        let bad = Doc.node("p", "parallel", [:], ["branches": ["a b": Doc.graph([Doc.set("s", 1)])]])
        #expect(Doc.problems(Doc.workflow([bad], ["hook > p"])).map(\.code) == ["bad-id"])
        let none = Doc.node("p", "parallel", [:], ["branches": [:]])
        #expect(Doc.problems(Doc.workflow([none], ["hook > p"])).map(\.code) == ["bad-value"])
    }
}
