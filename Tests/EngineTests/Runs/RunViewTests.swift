import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite("A run as people see it")
struct RunViewTests {
    private let twice = RetryPolicy(attempts: 2, backoff: .fixed, initial: 1_000, max: 1_000, jitter: false)

    @Test func `steps show what went in, what came out and how long it took`() throws {
        var run = Rehearsal(
            Graph(
                [
                    .trigger(), .condition("ok", "{{ input.n == 1 }}"), .action("w", input: ["n": "{{ input.n }}"]),
                    .action("never"),
                ],
                ["hook > ok", "ok:true > w", "ok:false > never"]))
        run.proceed()
        run.now = run.now + 40
        run.complete("w", ["id": 7])
        let view = RunView(run.entries)
        #expect(view.input == ["n": 1])
        #expect(view.output == ["id": 7])
        #expect(view.error.isNull)
        #expect(view.steps.map(\.node) == ["hook", "ok", "never", "w"])
        #expect(view.steps.map(\.status) == [.completed, .completed, .skipped, .completed])
        let (hook, condition, never, action) = (view.steps[0], view.steps[1], view.steps[2], view.steps[3])
        #expect(hook.output == ["n": 1])
        #expect(condition.port == "true")
        #expect(never.attempts == 0)
        #expect(never.startedAt == nil)
        #expect(never.duration == nil)
        #expect(action.input == ["n": 1])
        #expect(action.output == ["id": 7])
        #expect(action.startedAt == .start)
        #expect(action.duration == 40)
    }

    @Test func `a step that only reads stands where it began`() {
        var run = Rehearsal(
            Graph([.trigger(), .action("slow", .read), .action("late", .write)], ["hook > slow", "hook > late"]))
        run.room = 1
        run.proceed()
        run.room = 2
        run.now = run.now + 10
        run.proceed()
        run.now = run.now + 10
        run.complete("late")
        run.now = run.now + 10
        run.complete("slow")
        let view = RunView(run.entries)
        #expect(view.steps.map(\.node) == ["hook", "slow", "late"])
        #expect(view.steps[1].duration == 30)
        #expect(view.steps[1].input == [:])
    }

    @Test func `a step that is tried again shows the last error and when it goes on`() {
        var run = Rehearsal(Graph([.trigger(), .action("a", retry: twice)], ["hook > a"]))
        run.proceed()
        #expect(RunView(run.entries).steps.last?.status == .running)
        run.fail("a", .unavailable)
        let waiting = RunView(run.entries).steps.last
        #expect(waiting?.status == .running)
        #expect(waiting?.error?["code"] == "unavailable")
        #expect(waiting?.retryAt == Timestamp.start + 1_000)
        #expect(waiting?.finishedAt == nil)
        run.now = run.now + 1_000
        run.proceed()
        #expect(RunView(run.entries).steps.last?.error == nil)
        run.complete("a", 1)
        let done = RunView(run.entries).steps.last
        #expect(done?.status == .completed)
        #expect(done?.attempts == 2)
        #expect(done?.duration == 1_000)
        #expect(done?.retryAt == nil)
    }

    @Test func `a failed run shows its error, and a failed step its own`() {
        var run = Rehearsal(Graph([.trigger(), .action("a")], ["hook > a"]))
        run.proceed()
        run.fail("a", .wrong)
        let view = RunView(run.entries)
        #expect(view.error["node"] == "a")
        #expect(view.output.isNull)
        #expect(view.steps.last?.status == .failed)
        #expect(view.steps.last?.error?["pointer"] == "/channel")
    }

    @Test func `steps that ended with the run are not shown as running`() {
        var run = Rehearsal(
            Graph([.trigger(), .action("a"), .action("b", retry: twice)], ["hook > a", "hook > b"]))
        run.proceed()
        run.fail("b", .unavailable)
        run.crash()
        run.cancel()
        run.now = run.now + 5
        run.proceed()
        let steps = RunView(run.entries).steps.dropFirst()
        #expect(steps.map(\.status) == [.failed, .failed])
        #expect(steps.map(\.finishedAt) == [run.now, run.now])
        #expect(steps.first?.error?["code"] == "cancelled")
        #expect(steps.last?.error?["code"] == "unavailable")
        #expect(steps.last?.retryAt == nil)
    }

    @Test func `nothing shows nothing`() {
        #expect(RunView([]).steps.isEmpty)
        #expect(RunView([]).output.isNull)
    }
}
