import PatchbayCore

/// `{"type": "try", "body": {…}, "catch": {…}, "finally": {…}}`
enum TryNode {
    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: [])
        context.problems += reader.problems
        let names = node.bodies.map(\.name)
        if names == ["body"] {
            context.report(
                "missing-member", node, at: node.pointers.node,
                "\(node.id.quoted) has neither \"catch\" nor \"finally\"",
                hint: "add one of them, or put the nodes of its body in its place")
        }
        return .attempt(PlannedAttempt(hasCatch: names.contains("catch"), hasFinally: names.contains("finally")))
    }
}
