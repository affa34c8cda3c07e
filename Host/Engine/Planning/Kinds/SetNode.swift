import PatchbayCore
import PatchbayJSON

/// `{"type": "set", "config": {"values": {…}}}`: the node's output is `values` with every template evaluated.
enum SetNode {
    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let values = reader.object("values", required: true)
        reader.refuseUnknown(known: ["values"])
        let pointer = reader.pointer(to: "values")
        context.problems += reader.problems
        return values.flatMap { context.compile(.object($0), of: node, at: pointer) }.map(PlannedNode.Kind.set)
    }
}
