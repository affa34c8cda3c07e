import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "condition", "config": {"if": "{{ … }}"}}`: an expression that gives true or false.
enum ConditionNode {
    private static let hint = "write one expression, such as \"{{ trigger.body.state == 'success' }}\""

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: ["if"])
        let condition = reader.object["if"]
        if condition == nil {
            reader.report("missing-member", "\(reader.subject) lacks \"if\"", hint: hint)
        }
        let pointer = reader.pointer(to: "if")
        context.problems += reader.problems
        guard let condition, let value = context.compile(condition, of: node, at: pointer) else { return nil }
        if let result = value.kind, result != .bool {
            let found =
                value.isConstant ? condition.article : "always \(result == .text ? "a string" : condition.article)"
            context.report(
                "wrong-type", node, at: pointer, "the condition must give true or false, and this is \(found)",
                hint: hint)
            return nil
        }
        return .condition(value)
    }
}
