import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "stop", "config": {"status": "failed", "message": "…"}}`, or `completed` with an `output`.
enum StopNode {
    private enum Status: String, CaseIterable { case completed, failed }
    private static let longestMessage = 10_000

    static let schema = KindSchema(
        "Stop", "Ends the whole run, from wherever it stands.",
        members: [
            MemberSchema("status", "Status", "How the run ends.", .words(Status.self), standard: "completed"),
            MemberSchema(
                "message", "Message", "Of the error, where the run fails; required there.",
                .text(limit: longestMessage), examples: ["The order is empty."]),
            MemberSchema("output", "Output", "Of the run, where it completes.", .anything),
        ],
        rules: [
            MemberRule.when(
                "status", is: ["failed"],
                then: ["required": ["message"], "properties": ["output": false]],
                otherwise: MemberRule.without(["message"]))
        ],
        example: [
            "id": "refuse", "type": "stop", "config": ["status": "failed", "message": "The order is empty."],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let isFailure = reader.word("status", of: Status.self) == .failed
        reader.refuseUnknown(known: schema.names)
        let (name, other) = isFailure ? ("message", "output") : ("output", "message")
        if isFailure { _ = reader.text("message", required: true, limit: longestMessage) }
        if reader.object[other] != nil {
            reader.report(
                "unknown-member", at: other,
                "\(other.quoted) has a meaning with \"status\": \(isFailure ? "\"completed\"" : "\"failed\"") only",
                hint: "remove it, or change \"status\"")
        }
        let pointer = reader.pointer(to: name)
        let json = reader.object[name] ?? .null
        context.problems += reader.problems
        return context.compile(json, of: node, at: pointer).map { .stop(PlannedStop(isFailure: isFailure, value: $0)) }
    }
}
