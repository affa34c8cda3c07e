import PatchbayCore
import PatchbayJSON

/// `{"type": "manual"}`, or with `config.schema` or `config.sample` what the run is started with.
enum ManualNode {
    static let schema = KindSchema(
        "Started by hand", "Starts a run when somebody asks for it, by the API, the shell or another workflow.",
        members: TriggerData.members,
        example: ["id": "start", "type": "manual", "config": ["sample": ["order": 1]]])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        TriggerData.read(&reader)
        reader.refuseUnknown(known: schema.names)
        context.problems += reader.problems
        return .trigger(kind: node.kind.rawValue)
    }
}
