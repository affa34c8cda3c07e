import PatchbayCore
import PatchbayJSON

/// `{"type": "set", "config": {"values": {…}}}`: the node's output is `values` with every template evaluated.
enum SetNode {
    static let schema = KindSchema(
        "Set", "Gives an object whose values it computes.",
        members: [
            MemberSchema(
                "values", "Values", "The output, with every expression in it evaluated.", .object, required: true,
                examples: [["total": "{{ trigger.body.price * trigger.body.count }}"]])
        ],
        example: [
            "id": "sum", "type": "set",
            "config": ["values": ["total": "{{ trigger.body.price * trigger.body.count }}"]],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let values = reader.object("values", required: true)
        reader.refuseUnknown(known: schema.names)
        let pointer = reader.pointer(to: "values")
        context.problems += reader.problems
        return values.flatMap { context.compile(.object($0), of: node, at: pointer) }.map(PlannedNode.Kind.set)
    }
}
