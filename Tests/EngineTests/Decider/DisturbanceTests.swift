import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite("Crashes, cancellation, and what comes too late")
struct DisturbanceTests {
    private let twice = RetryPolicy(attempts: 2, backoff: .fixed, initial: 1_000, max: 1_000, jitter: false)

    @Test func `after a crash a step without an end is called again, with the same key and the next attempt`() {
        var run = Rehearsal(Graph([.trigger(), .action("a", input: ["n": "{{ input.n }}"])], ["hook > a"]))
        run.proceed()
        let key = run.calls["a"]?.idempotencyKey
        run.crash()
        #expect(run.proceed() == ["step_started a 2"])
        #expect(run.calls["a"]?.attempt == 2)
        #expect(run.calls["a"]?.idempotencyKey == key)
        #expect(run.calls["a"]?.input == ["n": 1])
        #expect(run.complete("a").last == "run_completed")
    }

    @Test func `a crash uses up no attempt`() {
        var run = Rehearsal(Graph([.trigger(), .action("a", retry: twice)], ["hook > a"]))
        run.proceed()
        run.crash()
        run.proceed()
        #expect(run.fail("a", .unavailable) == ["step_failed a 2"])
        run.now = run.now + 1_000
        #expect(run.proceed() == ["step_started a 3"])
        #expect(run.fail("a", .unavailable) == ["step_failed a 3", "run_failed"])
    }

    @Test func `a wait goes on after a crash to the moment that stands in the journal`() {
        var run = Rehearsal(Graph([.trigger(), .action("a", .read, input: ["n": 1], retry: twice)], ["hook > a"]))
        run.proceed()
        run.fail("a", .unavailable)
        run.crash()
        run.proceed()
        #expect(run.asked == [.park(until: Timestamp.start + 1_000)])
        run.now = Timestamp.start + 1_000
        run.proceed()
        #expect(run.calls["a"]?.input == ["n": 1])
        #expect(run.calls["a"]?.attempt == 2)
    }

    @Test func `a step in which the host stops again and again is given up`() {
        var run = Rehearsal(Graph([.trigger(), .action("a")], ["hook > a"]))
        var starts = 0
        while run.state.status == .running, starts < 50 {
            starts += run.proceed().count { $0.hasPrefix("step_started") }
            run.crash()
        }
        #expect(starts == 11)
        #expect(run.runError?["code"] == "internal")
        #expect(run.runError?["message"]?.string?.contains("11 times") == true)
    }

    @Test func `a run that had failed is not taken up again after a crash`() {
        var run = Rehearsal(Graph([.trigger(), .action("a"), .action("b")], ["hook > a", "hook > b"]))
        run.proceed()
        run.fail("a", .wrong)
        run.crash()
        #expect(run.proceed() == ["run_failed"])
        #expect(run.calls.isEmpty)
    }

    @Test func `cancelling cuts short what runs, starts nothing, then ends the run`() {
        var run = Rehearsal(
            Graph(
                [.trigger(), .action("a", retry: twice), .action("b"), .action("c")], ["hook > a", "hook > b", "b > c"])
        )
        run.proceed()
        run.cancel()
        #expect(run.proceed() == [])
        #expect(run.asked.count { if case .cancel = $0 { true } else { false } } == 2)
        #expect(run.complete("b") == ["step_completed b 1"])
        #expect(run.fail("a", .unavailable) == ["step_failed a 1", "run_cancelled"])
        #expect(run.phase("a") == .failed(continues: false))
        #expect(run.phase("c") == .pending)
        #expect(run.state.status == .cancelled)
    }

    @Test func `a waiting run is cancelled at once, and once`() {
        var run = Rehearsal(Graph([.trigger(), .action("a", retry: twice)], ["hook > a"]))
        run.proceed()
        run.fail("a", .unavailable)
        run.cancel()
        run.cancel()
        #expect(run.proceed() == ["run_cancelled"])
        run.cancel()
        #expect(run.entries.count { $0.kind == .cancelRequested } == 1)
    }

    @Test func `a run that fails and is cancelled is cancelled`() {
        var run = Rehearsal(Graph([.trigger(), .action("a"), .action("b")], ["hook > a", "hook > b"]))
        run.proceed()
        run.fail("a", .wrong)
        run.cancel()
        run.proceed()
        #expect(run.complete("b").last == "run_cancelled")
    }

    @Test func `the end of an attempt that was given up changes nothing`() {
        var run = Rehearsal(Graph([.trigger(), .action("a", retry: twice)], ["hook > a"]))
        run.proceed()
        let first = run.calls["a"]!
        run.fail("a", .unavailable)
        #expect(run.state.take(.callEnded(first, .completed(1)), at: run.now, random: 0).isEmpty)
        run.now = run.now + 1_000
        run.proceed()
        #expect(run.state.take(.callEnded(first, .failed(.wrong)), at: run.now, random: 0).isEmpty)
        run.complete("a", 2)
        #expect(run.state.take(.callEnded(first, .completed(1)), at: run.now, random: 0).isEmpty)
        #expect(run.runOutput == 2)
    }

    @Test func `the end of a reading attempt that was given up changes nothing`() {
        var run = Rehearsal(Graph([.trigger(), .action("a", .read, retry: twice)], ["hook > a"]))
        run.proceed()
        let first = run.calls["a"]!
        run.fail("a", .unavailable)
        #expect(run.state.take(.callEnded(first, .completed(1)), at: run.now, random: 0).isEmpty)
        #expect(run.state.take(.callEnded(first, .failed(.wrong)), at: run.now, random: 0).isEmpty)
    }

    @Test func `a failure that stands there twice counts once`() {
        var run = Rehearsal(Graph([.trigger(), .action("a", retry: twice)], ["hook > a"]))
        run.proceed()
        run.fail("a", .unavailable)
        var again = run.entries.last { $0.kind == .stepFailed }!
        again.sequence = run.entries.count + 1
        let before = run.state.steps
        run.state.apply(again)
        again.sequence += 1
        again.attempt = 0
        run.state.apply(again)
        #expect(run.state.steps == before)
    }

    @Test func `entries about a settled step or an ended run change nothing`() {
        var run = Rehearsal(Graph([.trigger(), .action("a"), .action("b")], ["hook > a", "a > b"]))
        run.proceed()
        run.complete("a", 1)
        let before = run.state.steps
        let late: [JournalEntry] = [
            JournalEntry(sequence: 2, at: run.now, kind: .stepFailed, node: "b", attempt: 1, data: ["error": [:]]),
            JournalEntry(sequence: 90, at: run.now, kind: .stepFailed, node: "a", attempt: 1, data: ["error": [:]]),
            JournalEntry(sequence: 91, at: run.now, kind: .stepCompleted, node: "a", attempt: 2, data: ["output": 9]),
            JournalEntry(sequence: 92, at: run.now, kind: .stepStarted, node: "b", attempt: 1),
            JournalEntry(sequence: 93, at: run.now, kind: .stepSkipped, node: "a"),
            JournalEntry(sequence: 94, at: run.now, kind: .stepCompleted, node: "nobody", attempt: 1),
        ]
        for entry in late { run.state.apply(entry) }
        #expect(run.state.steps == before)
        run.state.apply(JournalEntry(sequence: 95, at: run.now, kind: .runCompleted))
        run.state.apply(JournalEntry(sequence: 96, at: run.now, kind: .runFailed))
        #expect(run.state.status == .completed)
        #expect(run.proceed() == [])
    }

    @Test func `a document that can no longer be planned ends the run with its problems`() {
        let state = RunState(
            of: .fixture(version: 3), plan: Plan(nodes: []),
            entries: [JournalEntry(sequence: 1, at: .start, kind: .runStarted)])
        let problems = (1...30).map {
            Problem(
                code: "unknown-connector", node: "n\($0)", pointer: "/nodes/\($0)", message: "No slack.",
                hint: "Install it.")
        }
        let entry = state.unplannable(problems, at: .start)
        #expect(entry.sequence == 2)
        #expect(entry.kind == .runFailed)
        let error = entry.data["error"]
        #expect(error?["code"] == "invalid_workflow")
        #expect(error?["node"] == "n1")
        #expect(
            error?["message"]?.string
                == "Version 3 of the workflow can no longer be carried out: No slack. (30 problems in all)")
        #expect(error?["problems"]?.array?.count == 20)
        #expect(state.unplannable([], at: .start).data["error"]?["problems"] == [])
    }
}
