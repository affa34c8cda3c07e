import PatchbayCore

/// `{"type": "action", "uses": "slack@1.0.0/send_message", "credential": "team-slack", "input": {…}}`
enum ActionNode {
    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        let input = context.compile(node.parameters, of: node, at: node.pointers.parameters)
        let declaration: OperationDeclaration
        do throws(OperationResolver.Refusal) {
            declaration = try context.resolver.declaration(of: node.uses ?? "")
        } catch {
            context.report(error.code, node, at: node.pointers.uses, error.message, hint: error.hint)
            return nil
        }
        context.pins[node.id] = declaration.reference
        context.problems += context.inputs.problems(node, declaration)
        do throws(CredentialCheck.Refusal) {
            try context.credentials?.check(node.credential, for: declaration)
        } catch {
            let place = node.credential == nil ? "" : "/credential"
            context.report(error.code, node, at: node.pointers.node + place, error.message, hint: error.hint)
        }
        return input.map { .action(PlannedAction(declaration: declaration, input: $0, credential: node.credential)) }
    }
}
