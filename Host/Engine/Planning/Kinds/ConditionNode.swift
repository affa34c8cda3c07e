import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "condition", "config": {"if": "{{ … }}"}}`: an expression that gives true or false.
enum ConditionNode {
    static let schema = KindSchema(
        "Condition", "Goes on through the port \"true\" or \"false\".",
        members: [
            MemberSchema(
                "if", "Condition", "An expression that gives true or false.", .condition, required: true,
                examples: ["{{ trigger.body.state == 'success' }}"])
        ],
        example: ["id": "ok", "type": "condition", "config": ["if": "{{ trigger.body.state == 'success' }}"]])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        context.ports[node.id] = ["true", "false"]
        var reader = context.reader(node)
        reader.refuseUnknown(known: schema.names)
        let condition = reader.object["if"]
        if condition == nil {
            reader.report("missing-member", "\(reader.subject) lacks \"if\"", hint: PlanningContext.conditionHint)
        }
        let pointer = reader.pointer(to: "if")
        context.problems += reader.problems
        return condition.flatMap { context.condition($0, of: node, at: pointer) }.map { .condition($0) }
    }
}
