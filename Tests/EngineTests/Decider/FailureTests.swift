import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite("Failures and retries")
struct FailureTests {
    private let fourTimes = RetryPolicy(attempts: 4, backoff: .exponential, initial: 1_000, max: 30_000, jitter: false)

    private func run(_ node: Graph.Node, _ more: [Graph.Node] = [], _ edges: [String] = []) -> Rehearsal {
        var run = Rehearsal(Graph([.trigger(), node] + more, ["hook > \(node.id)"] + edges))
        run.proceed()
        return run
    }

    @Test func `a failed step fails the run, with the node in the error`() {
        var run = run(.action("a"), [.set("s", 1)], ["a > s"])
        #expect(run.fail("a", .wrong) == ["step_failed a 1", "run_failed"])
        #expect(run.runError == ["code": "invalid_input", "message": "The channel does not exist.", "node": "a"])
        #expect(run.phase("s") == .pending)
        let error = run.entries.first { $0.kind == .stepFailed }?.data["error"]
        #expect(error?["pointer"] == "/channel")
        #expect(error?["effect"] == "unknown")
        #expect(error?["retryable"] == false)
    }

    @Test func `what runs beside a failed step may end, and nothing new starts`() {
        var run = run(.action("a"), [.action("b"), .action("c")], ["hook > b", "b > c"])
        #expect(run.fail("a", .wrong) == ["step_failed a 1"])
        #expect(run.state.status == .running)
        #expect(run.complete("b", 1) == ["step_completed b 1", "run_failed"])
        #expect(run.calls.isEmpty)
    }

    @Test func `the first failure is the run's error`() {
        var run = run(.action("a"), [.action("b")], ["hook > b"])
        run.fail("b", .wrong)
        run.fail("a", .unavailable)
        #expect(run.runError?["node"] == "b")
    }

    @Test func `a failed step that the run may do without hands on its error`() {
        var run = run(
            .action("a", onError: .continue), [.set("s", "{{ steps.a.output.error.code }}")], ["a > s"])
        run.fail("a", .wrong)
        #expect(run.phase("a") == .failed(continues: true))
        #expect(run.runOutput == "invalid_input")
        #expect(run.state.status == .completed)
    }

    @Test func `an end that failed is no part of the output`() {
        var run = run(.action("a", onError: .continue), [.set("s", 1)], ["hook > s"])
        run.fail("a", .wrong)
        #expect(run.runOutput == 1)
    }

    @Test func `attempts follow each other at growing intervals until they are used up`() {
        var run = run(.action("a", retry: fourTimes))
        for (attempt, wait) in [(1, 1_000), (2, 2_000), (3, 4_000)] as [(Int, Int64)] {
            #expect(run.fail("a", .unavailable) == ["step_failed a \(attempt)"])
            #expect(run.asked == [.park(until: run.now + wait)])
            run.now = run.now + (wait - 1)
            #expect(run.proceed() == [])
            run.now = run.now + 1
            #expect(run.proceed() == ["step_started a \(attempt + 1)"])
        }
        #expect(run.fail("a", .unavailable) == ["step_failed a 4", "run_failed"])
    }

    @Test func `jitter spreads the waits between half and all of them`() {
        var policy = fourTimes
        policy.jitter = true
        for (random, wait) in [(0.0, 500), (0.5, 750), (1.0, 1_000)] as [(Double, Int64)] {
            var run = run(.action("a", retry: policy))
            _ = run.end("a", .failed(.unavailable), random: random)
            #expect(run.phase("a") == .retrying(at: run.now + wait))
        }
    }

    @Test(
        arguments: [(60_000, 60_000), (10, 1_000), (-5, 1_000), (.max, 86_400_000), (.min, 1_000)] as [(Int64, Int64)])
    func `somebody's wish to wait is heard, within a day`(wish: Int64, wait: Int64) {
        var run = run(.action("a", retry: fourTimes))
        run.fail("a", OperationFailure(code: .rateLimited, message: "slow down", retryAfter: wish))
        #expect(run.phase("a") == .retrying(at: run.now + wait))
    }

    @Test func `what cannot succeed is not tried again`() {
        var run = run(.action("a", retry: fourTimes))
        #expect(run.fail("a", .wrong) == ["step_failed a 1", "run_failed"])
    }

    @Test func `a later attempt uses the input and the key of the first`() {
        var run = run(.action("a", .read, input: ["n": "{{ trigger.body.n }}"], retry: fourTimes))
        let first = run.calls["a"]
        run.fail("a", .unavailable)
        run.now = run.now + 1_000
        run.proceed()
        #expect(run.calls["a"]?.input == ["n": 1])
        #expect(run.calls["a"]?.idempotencyKey == first?.idempotencyKey)
        #expect(run.calls["a"]?.attempt == 2)
    }

    @Test func `a run that fails waits for no retry`() {
        var run = run(.action("a", retry: fourTimes), [.action("b")], ["hook > b"])
        run.fail("a", .unavailable)
        #expect(run.fail("b", .wrong) == ["step_failed b 1", "run_failed"])
        #expect(run.runError?["node"] == "b")
    }

    @Test func `a run that fails tries nothing again`() {
        var run = run(.action("a", retry: fourTimes), [.action("b")], ["hook > b"])
        run.fail("b", .wrong)
        #expect(run.fail("a", .unavailable) == ["step_failed a 1", "run_failed"])
        #expect(run.phase("a") == .failed(continues: false))
    }

    @Test func `the earliest of several waits is named`() {
        let slow = RetryPolicy(attempts: 2, backoff: .fixed, initial: 9_000, max: 9_000, jitter: false)
        var run = run(.action("a", retry: slow), [.action("b", retry: fourTimes)], ["hook > b"])
        run.fail("a", .unavailable)
        run.fail("b", .unavailable)
        #expect(run.asked == [.park(until: run.now + 1_000)])
    }

    @Test func `an expression that cannot be evaluated fails its step, with the place`() {
        var run = run(.action("a", input: ["x": "{{ trigger.body.missing }}"]))
        #expect(run.runError?["code"] == "expression")
        let error = run.entries.first { $0.kind == .stepFailed }?.data["error"]
        #expect(error?["message"]?.string?.contains("column") == true)
        #expect(error?["pointer"] == "/x")
        #expect(run.proceed() == [])
    }

    @Test func `a failing expression starts none of the steps that were to start with it`() {
        var run = Rehearsal(
            Graph(
                [.trigger(), .action("a"), .action("b", input: "{{ trigger.body.missing }}")], ["hook > a", "hook > b"])
        )
        #expect(run.proceed() == ["step_completed hook 1", "step_failed b 1", "run_failed"])
        #expect(run.calls.isEmpty)
    }

    @Test func `a set that cannot be evaluated may be done without`() {
        var run = Rehearsal(
            Graph(
                [
                    .trigger(), .set("s", "{{ trigger.body.missing }}").onError(.continue),
                    .set("t", "{{ steps.s.output.error.code }}"),
                ],
                ["hook > s", "s > t"]))
        run.proceed()
        #expect(run.runOutput == "expression")
    }

    @Test func `an action whose input fails and that the run may do without lets the rest go on`() {
        var run = Rehearsal(
            Graph(
                [.trigger(), .action("a", input: "{{ trigger.body.missing }}", onError: .continue), .action("b")],
                ["hook > a", "a > b"]))
        #expect(run.proceed() == ["step_completed hook 1", "step_failed a 1", "step_started b 1"])
    }

    @Test(arguments: [1, "true", nil, [:]] as [JSON])
    func `a condition has to give true or false`(value: JSON) {
        var run = Rehearsal(Graph([.trigger(), .condition("c", value), .set("s", 1)], ["hook > c", "c:true > s"]))
        run.proceed()
        #expect(run.runError?["node"] == "c")
        #expect(run.runError?["message"]?.string?.contains(value.kind) == true)
    }
}

@Suite("Limits")
struct LimitTests {
    private let limit = 1_000

    /// A string that is so many bytes of JSON text.
    private func text(_ bytes: Int) -> JSON { .string(String(repeating: "x", count: bytes - 2)) }

    private func run(_ nodes: [Graph.Node], body: JSON = nil) -> Rehearsal {
        var run = Rehearsal(
            Graph([.trigger()] + nodes, nodes.map { "hook > \($0.id)" }), trigger: ["kind": "manual", "body": body],
            largestValue: limit)
        run.proceed()
        return run
    }

    @Test func `an output above the limit fails the step with size, limit and remedy`() {
        var run = run([.action("a")])
        #expect(run.complete("a", text(limit + 1)) == ["step_failed a 1", "run_failed"])
        #expect(run.runError?["code"] == "output_too_large")
        let message = run.runError?["message"]?.string ?? ""
        #expect(message.hasPrefix("The output has 1001 bytes and may have 1000."))
        #expect(message.contains("page"))
    }

    @Test func `an output just within the limit is kept`() {
        var run = run([.action("a")])
        run.complete("a", text(limit))
        #expect(run.state.status == .completed)
    }

    @Test func `a run's output above the limit fails the run`() {
        var run = run([.action("a"), .action("b")])
        run.complete("a", text(limit / 2))
        run.complete("b", text(limit / 2))
        #expect(run.runError?["code"] == "output_too_large")
    }

    @Test func `an input above the limit fails the step before it is called`() {
        let run = run([.action("a", input: ["{{ input }}", "{{ input }}"])], body: text(limit / 2))
        #expect(run.calls.isEmpty)
        #expect(run.runError?["code"] == "input_too_large")
    }

    @Test func `what a set makes is limited like an output`() {
        let run = run([.set("s", ["{{ input }}", "{{ input }}"])], body: text(limit / 2))
        #expect(run.runError?["code"] == "output_too_large")
        #expect(run.runError?["node"] == "s")
    }

    @Test(arguments: [nil, true, 12, -3, 1.5, "a\u{1}\"é", [], [1, [2]], ["a": ["b": nil], "c": "d"]] as [JSON])
    func `a size is that of the text`(value: JSON) {
        let size = value.bytes().count
        #expect(value.size(within: size) == nil)
        #expect(value.size(within: size - 1) == size)
        #expect(value.size(within: size * 100) == nil)
    }

    @Test func `error texts are cut, between characters`() {
        let failure = OperationFailure(
            code: .upstream, message: String(repeating: "é", count: 5_000), httpStatus: 502,
            vendorCode: String(repeating: "v", count: 1_000),
            detail: ["body": .string(String(repeating: "d", count: 20_000))])
        let error = StepError(failure).json
        let message = error["message"]?.string ?? ""
        #expect(message.utf8.count <= StepError.longestMessage)
        #expect(message.hasSuffix("é…"))
        #expect(error["detail"] == nil)
        #expect((error["vendor_code"]?.string ?? "").utf8.count <= 256)
        #expect(error["http_status"] == 502)
        #expect(StepError(OperationFailure(code: .upstream, message: "m", detail: ["a": 1])).json["detail"] == ["a": 1])
    }

    @Test func `keys are ASCII, short, the same for every attempt and different for every step`() {
        let run = RunRecord.fixture().id
        let key = IdempotencyKey.of(run: run, node: "tell")
        #expect(key.utf8.count <= 64)
        #expect(key.utf8.allSatisfy { (0x21...0x7e).contains($0) })
        #expect(key == "\(run)-c77bfcdf2b83d94f708169346cb2bc66")
        #expect(key != IdempotencyKey.of(run: run, node: "tell", path: "1"))
        #expect(IdempotencyKey.of(run: run, node: "a", path: "b") != IdempotencyKey.of(run: run, node: "ab"))
        #expect(key != IdempotencyKey.of(run: RunRecord.fixture(2).id, node: "tell"))
    }
}
