import FoundationEssentials
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

/// Journals kept as files in `Journals`. With `PATCHBAY_RECORD_JOURNALS=1` the runs below are played and written there anew.
@Suite("Recorded journals")
struct RecordedJournalTests {
    @Test func `what was stored once still means the same`() throws {
        let journals = try RecordedJournal.all()
        #expect(journals.count >= 8)
        for journal in journals {
            let plan = try Doc.plan(journal.document)
            let state = RunState(of: .fixture(), plan: plan, entries: journal.entries)
            #expect(state.picture == journal.picture, "\(journal.name)")
            #expect(state.status.isTerminal, "\(journal.name)")
            let twice = RunState(of: .fixture(), plan: plan, entries: journal.entries.flatMap { [$0, $0] })
            #expect(twice.picture == journal.picture, "\(journal.name)")
        }
    }

    @Test func `a fold goes on from any prefix as if it had not stopped`() throws {
        for journal in try RecordedJournal.all() {
            let plan = try Doc.plan(journal.document)
            for count in 1...journal.entries.count {
                let prefix = Array(journal.entries.prefix(count))
                var state = RunState(of: .fixture(), plan: plan, entries: prefix)
                let before = state.picture
                for entry in prefix.shuffled() { state.apply(entry) }
                #expect(state.picture == before, "\(journal.name) after \(count), told again")
                for entry in journal.entries.dropFirst(count) { state.apply(entry) }
                #expect(state.picture == journal.picture, "\(journal.name) from \(count)")
            }
        }
    }

    @Test func `a run that stops anywhere comes to an end from its journal`() throws {
        for journal in try RecordedJournal.all() {
            let plan = try Doc.plan(journal.document)
            for count in 1..<journal.entries.count {
                var run = Rehearsal(plan: plan)
                run.entries = Array(journal.entries.prefix(count))
                run.now = run.entries.last?.at ?? run.now
                run.crash()
                run.playOn()
                #expect(run.state.status.isTerminal, "\(journal.name) from \(count)")
                #expect(Array(run.entries.prefix(count)) == Array(journal.entries.prefix(count)))
            }
        }
    }

    // MARK: Recording

    @Test(.enabled(if: ProcessInfo.processInfo.environment["PATCHBAY_RECORD_JOURNALS"] == "1"))
    func `journals are recorded`() throws {
        let undo: JSON = ["uses": "http/request", "input": ["id": "{{ steps.a.output.id }}"]]
        try record("sequence", [Doc.call("a"), Doc.set("b", "{{ steps.a.output }}")], ["hook > a", "a > b"]) { run in
            run.complete("a", ["id": 1])
        }
        try record(
            "retry", [Doc.call("a", [:], ["retry": ["attempts": 3, "initial": "1s"]])], ["hook > a"]
        ) { run in
            run.fail("a", .unavailable)
            run.crash()
            run.pass(5_000)
            run.complete("a", 2)
        }
        try record(
            "undone", [Doc.call("a", [:], ["compensate": undo]), Doc.call("b")], ["hook > a", "a > b"]
        ) { run in
            run.complete("a", ["id": 7])
            run.fail("b", .wrong)
            run.fail("a (compensation)", .unavailable)
            run.pass(10_000)
            run.complete("a (compensation)")
        }
        let loop = Doc.node(
            "each", "loop", ["items": [1, 2, 3], "concurrency": 2, "on_item_failure": "continue"],
            ["body": Doc.graph([Doc.call("a"), Doc.set("s", "{{ steps.a.output }}")], ["a > s"])])
        try record("loop", [loop], ["hook > each"]) { run in
            run.complete("each/1/a", "two")
            run.fail("each/0/a", .wrong)
            run.crash()
            run.proceed()
            run.complete("each/2/a", "three")
        }
        let attempt = Doc.node(
            "guard", "try", [:],
            [
                "body": Doc.graph([Doc.call("a")]), "catch": Doc.graph([Doc.call("c")]),
                "finally": Doc.graph([Doc.call("f")]),
            ])
        try record("try", [attempt], ["hook > guard"]) { run in
            run.fail("guard/body/a", .wrong)
            run.complete("guard/catch/c", "caught")
            run.complete("guard/finally/f")
        }
        try record("cancelled", [attempt], ["hook > guard"]) { run in
            run.cancel()
            run.proceed()
            run.fail("guard/body/a", OperationFailure(code: .cancelled, message: "Cut."))
            run.pass(30_000)
            run.fail("guard/finally/f", OperationFailure(code: .cancelled, message: "Cut."))
        }
        try record(
            "event",
            [
                Doc.node("w", "wait", ["event": "go", "match": ["n": 1], "timeout": "1h"]),
                Doc.node("d", "wait", ["duration": "5s"]),
            ], ["hook > w", "w > d"]
        ) { run in
            run.hear(.eventReceived(name: "go", payload: ["n": 2], id: "e1"))
            run.hear(.eventReceived(name: "go", payload: ["n": 1], id: "e2"))
            run.pass(5_000)
        }
        let child: JSON = ["workflow": .string(WorkflowID(high: 1, low: 2).description), "version": 1]
        try record("child", [Doc.node("sub", "workflow", child)], ["hook > sub"]) { run in
            let key = StepKey(node: "sub")
            run.hear(.childStarted(key, attempt: 1, run: RunID(high: 3, low: 4)))
            run.crash()
            run.hear(.childEnded(key, attempt: 1, .completed(output: ["n": 1])))
        }
        try record(
            "merge",
            [
                Doc.call("a"), Doc.call("b"), Doc.node("m", "merge", ["wait": "any"]),
                Doc.node("end", "stop", ["status": "failed", "message": "enough"]),
            ], ["hook > a", "hook > b", "a > m", "b > m", "m > end"]
        ) { run in
            run.complete("b", 2)
            run.complete("a", 1)
        }
    }

    private func record(
        _ name: String, _ nodes: [JSON], _ edges: [String], _ play: (inout Rehearsal) -> Void
    ) throws {
        let document = Doc.workflow(nodes, edges)
        var run = Rehearsal(plan: try Doc.plan(document))
        run.proceed()
        play(&run)
        #expect(run.state.status.isTerminal, "\(name): \(run.words)")
        try RecordedJournal.keep(run, of: document, as: name)
    }
}

extension Rehearsal {
    /// Lets everything that is asked for go well, until the run has ended.
    fileprivate mutating func playOn() {
        proceed()
        for _ in 0..<100 where !state.status.isTerminal {
            for command in asked {
                guard case .startChild(let child) = command else { continue }
                hear(.childStarted(child.key, attempt: child.attempt, run: RunID(high: 3, low: 4)))
            }
            if let key = calls.keys.sorted().first {
                complete(key, ["id": 1])
                continue
            }
            for step in ["sub"] where plan.index[step] != nil {
                hear(.childEnded(StepKey(node: step), attempt: 1, .completed(output: 1)))
            }
            hear(.eventReceived(name: "go", payload: ["n": 1], id: "on"))
            pass(60_000)
        }
    }
}
