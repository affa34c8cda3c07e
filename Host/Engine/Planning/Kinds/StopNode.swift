import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "stop", "config": {"status": "failed", "message": "…"}}`, or `completed` with an `output`.
enum StopNode {
    private enum Status: String, CaseIterable { case completed, failed }

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let isFailure = reader.word("status", of: Status.self) == .failed
        reader.refuseUnknown(known: ["status", "message", "output"])
        let (name, other) = isFailure ? ("message", "output") : ("output", "message")
        if isFailure { _ = reader.text("message", required: true, limit: 10_000) }
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
