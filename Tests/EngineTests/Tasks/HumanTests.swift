import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

@Suite("Tasks for people, as the decider sees them")
struct HumanTests {
    private static let config: JSON = [
        "title": "Order {{ string(input.n) }}\nnow", "assignees": ["ada@example.com", "role:editor"], "timeout": "48h",
        "escalation": [
            ["after": "24h", "notify": "{{ ['boss@example.com'] }}"], ["after": "48h", "action": "auto_reject"],
        ],
    ]

    private func rehearsal(_ config: JSON = config, _ more: JSONObject = [:]) throws -> Rehearsal {
        try Rehearsal(
            [Doc.node("ask", "human", config, more), Doc.set("yes", 1), Doc.set("no", 2), Doc.set("late", 3)],
            ["hook > ask", "ask:approved > yes", "ask:rejected > no", "ask:timeout > late"])
    }

    private func asked(_ run: Rehearsal) -> AskedTask? {
        run.asked.compactMap { if case .openTask(let task) = $0 { task } else { nil } }.first
    }

    @Test func `a task is on record before it is asked for, and then the run is parked`() throws {
        var run = try rehearsal()
        #expect(run.proceed() == ["step_completed hook 1", "step_waiting ask 1"])
        let task = try #require(asked(run))
        #expect(task.task.title == "Order 1 now")
        #expect(task.task.assignees.map(\.text) == ["ada@example.com", "role:editor"])
        #expect(task.task.timeout == 48 * 3_600_000)
        #expect(
            task.task.escalation == [
                .init(after: 86_400_000, step: .notify([Assignee("boss@example.com")!])),
                .init(after: 2 * 86_400_000, step: .decide("rejected")),
            ])
        #expect(task.task.payload == ["n": 1])
        #expect(task.askedAt == .start)
        #expect(!run.asked.contains { if case .park = $0 { true } else { false } })
        #expect(run.hear(.taskOpened(task.key, attempt: 1)).isEmpty)
        #expect(run.asked == [.park(until: .start + 30 * 86_400_000)])
    }

    @Test func `after a crash it is asked for again, as it was`() throws {
        var run = try rehearsal()
        run.proceed()
        let task = try #require(asked(run))
        run.now = .start + 5_000
        run.crash()
        run.proceed()
        #expect(asked(run) == task)
    }

    @Test(arguments: [("approved", 1), ("rejected", 2)])
    func `the run goes on at the port of what was decided, once`(value: String, output: Int) throws {
        var run = try rehearsal()
        run.proceed()
        let key = StepKey(node: "ask")
        #expect(run.hear(.taskEnded(key, attempt: 2, .decided(output: 1, port: "approved"))).isEmpty)
        #expect(
            run.hear(.taskEnded(key, attempt: 1, .decided(output: ["decision": .string(value)], port: value))).last
                == "run_completed")
        #expect(run.runOutput == ["v": .int(Int64(output))])
        #expect(run.hear(.taskEnded(key, attempt: 1, .decided(output: 1, port: "approved"))).isEmpty)
    }

    @Test func `when its time is over the run goes on at timeout, or fails where no edge leads there`() throws {
        var run = try rehearsal()
        run.proceed()
        run.hear(.taskEnded(StepKey(node: "ask"), attempt: 1, .timedOut(output: .null)))
        #expect(run.runOutput == ["v": 3])
        var other = try Rehearsal(
            [Doc.node("ask", "human", ["assignees": ["ada@example.com"]]), Doc.set("yes", 1)],
            ["hook > ask", "ask:approved > yes"])
        other.proceed()
        other.hear(.taskEnded(StepKey(node: "ask"), attempt: 1, .timedOut(output: .null)))
        #expect(other.runError?["code"] == "timeout")
    }

    @Test func `a task that could not be asked for fails the step`() throws {
        var run = try rehearsal()
        run.proceed()
        run.hear(
            .taskEnded(StepKey(node: "ask"), attempt: 1, .failed(StepError(code: "unassignable", message: "Nobody."))))
        #expect(run.runError?["code"] == "unassignable")
    }

    @Test(
        arguments: [
            ["assignees": "{{ [input.nobody] }}"], ["assignees": "{{ ['x'] }}"], ["assignees": "{{ [] }}"],
            ["assignees": ["ada@example.com"], "requester": "{{ 'x' }}"],
            ["assignees": ["ada@example.com"], "title": "{{ [1] }}"],
            ["assignees": ["ada@example.com"], "requester": "{{ null }}", "requester_may_not_approve": true],
        ] as [JSON])
    func `what names nobody at run time fails the step`(config: JSON) throws {
        var run = try rehearsal(config)
        run.proceed()
        #expect(run.runError?["code"] == "expression")
    }

    @Test func `a payload that nobody would read fails the step`() throws {
        var run = try rehearsal([
            "assignees": ["ada@example.com"], "payload": .string(String(repeating: "x", count: 70_000)),
        ])
        run.proceed()
        #expect(run.runError?["code"] == "too_large")
    }

    @Test func `a step that is no longer needed takes its task back`() throws {
        var run = try Rehearsal(
            [
                Doc.node("ask", "human", ["assignees": ["ada@example.com"]]), Doc.call("fast"),
                Doc.node("first", "merge", ["wait": "any"]),
            ],
            ["hook > ask", "hook > fast", "ask:approved > first", "fast > first"])
        run.proceed()
        run.hear(.taskOpened(StepKey(node: "ask"), attempt: 1))
        run.complete("fast")
        #expect(run.asked.contains(.withdrawTask(StepKey(node: "ask"), attempt: 1)))
    }

    @Test func `the requirements' own spelling is understood`() throws {
        let document: JSON = [
            "name": "t",
            "nodes": [
                ["id": "hook", "type": "manual"],
                [
                    "id": "ask", "type": "human_task",
                    "config": [
                        "assignees": ["user@example.com"], "timeout": "48h",
                        "escalation": [
                            ["after": "24h", "notify": ["manager@example.com"]],
                            ["after": "48h", "action": "auto_reject"],
                        ],
                        "options": [
                            ["label": "Approve", "value": "approved", "style": "success"],
                            ["label": "Reject", "value": "rejected", "style": "danger"],
                        ],
                    ],
                ],
            ],
            "edges": [["source": "hook", "target": "ask"]],
        ]
        let planning = Planner(catalogue: FixtureCatalogue()).plan(document)
        #expect(planning.problems.isEmpty, "\(planning.problems)")
        #expect(planning.document["nodes"]?.array?.last?["type"] == "human")
    }

    @Test(
        arguments: [
            (["assignees": "ada@example.com"], "wrong-type"), (["assignees": ["role:king"]], "bad-value"),
            (["assignees": []], "bad-value"), ([:], "missing-member"), (["assignees": [1]], "wrong-type"),
            (["assignees": ["a@b.c"], "timeout": "91d"], "bad-duration"),
            (["assignees": ["a@b.c"], "options": []], "bad-value"),
            (["assignees": ["a@b.c"], "options": [1]], "wrong-type"),
            (["assignees": ["a@b.c"], "options": [["value": "timeout"]]], "bad-value"),
            (["assignees": ["a@b.c"], "options": [["value": "x"], ["value": "x"]]], "bad-value"),
            (["assignees": ["a@b.c"], "quorum": "most"], "bad-value"),
            (["assignees": ["a@b.c"], "quorum": 0], "bad-value"),
            (["assignees": ["a@b.c"], "form": ["type": "thing"]], "bad-schema"),
            (["assignees": ["a@b.c"], "requester_may_not_approve": true], "missing-member"),
            (["assignees": ["a@b.c"], "slack": [:]], "missing-member"),
            (["assignees": ["a@b.c"], "slack": ["credential": "x", "secret": "Y", "at": 1]], "unknown-member"),
            (
                ["assignees": ["a@b.c"], "slack": ["credential": "x", "secret": "Y", "channel": "{{ 1 }}"]], "bad-value"
            ),
            (["assignees": ["a@b.c"], "telegram": [:]], "unknown-member"),
            (["assignees": ["a@b.c"], "escalation": [1]], "wrong-type"),
            (["assignees": ["a@b.c"], "escalation": [["after": "1h"]]], "missing-member"),
            (["assignees": ["a@b.c"], "escalation": [["remind": true]]], "missing-member"),
            (["assignees": ["a@b.c"], "escalation": [["after": "1h", "remind": false]]], "bad-value"),
            (["assignees": ["a@b.c"], "escalation": [["after": "1h", "decide": "maybe"]]], "bad-value"),
            (["assignees": ["a@b.c"], "escalation": [["after": "0s", "reassign": ["role:admin"]]]], "bad-duration"),
        ] as [(JSON, String)])
    func `what is wrong with the node is told`(config: JSON, code: String) throws {
        let document: JSON = [
            "name": "t",
            "nodes": [["id": "hook", "type": "manual"], ["id": "ask", "type": "human", "config": config]],
            "edges": [["source": "hook", "target": "ask"]],
        ]
        let planning = Planner(catalogue: FixtureCatalogue()).plan(document)
        #expect(planning.problems.map(\.code).contains(code), "\(planning.problems)")
    }
}
