import PatchbayCore

/// `{"type": "manual"}`, or with `config.schema` or `config.sample` what the run is started with.
enum ManualNode {
    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        TriggerData.read(&reader)
        reader.refuseUnknown(known: TriggerData.members)
        context.problems += reader.problems
        return .trigger(kind: node.kind.rawValue)
    }
}
