import PatchbayCore

/// `{"type": "manual"}`: nothing to configure.
enum ManualNode {
    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: [])
        context.problems += reader.problems
        return .trigger(kind: node.kind.rawValue)
    }
}
