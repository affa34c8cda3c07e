import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "action", "uses": "slack@1.0.0/send_message", "credential": "team-slack", "input": {…}}`
enum ActionNode {
    static let schema = KindSchema(
        "Action", "Calls an action of a connector; its answer is the output.", members: nil,
        example: [
            "id": "tell", "type": "action", "uses": "slack@1.0.0/send_message", "credential": "team-slack",
            "input": ["channel": "#deployments", "text": "{{ trigger.body.repository.full_name }} is live"],
            "retry": ["attempts": 4, "initial": "1s", "max": "30s"], "timeout": "20s",
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        let input = context.compile(node.parameters, of: node, at: node.pointers.parameters)
        guard let declaration = declaration(node.uses ?? "", of: node, at: node.pointers.uses, &context) else {
            return nil
        }
        context.pins[node.id] = declaration.reference
        context.problems += context.inputs.problems(
            node.parameters, at: node.pointers.parameters, uses: node.pointers.uses, node, declaration)
        check(node.credential, at: node.pointers.node, node, declaration, &context)
        return input.map { .action(PlannedAction(declaration: declaration, input: $0, credential: node.credential)) }
    }

    /// What undoes a step is an action, too; its input may read the step's output.
    static func compensation(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedCompensation? {
        guard let compensation = node.compensation else { return nil }
        let (uses, place) = (compensation.pointer + "/uses", compensation.pointer + "/input")
        let input = context.compile(compensation.input, of: node, at: place, seesItself: true)
        guard let declaration = declaration(compensation.uses, of: node, at: uses, &context) else { return nil }
        context.compensationPins[node.id] = declaration.reference
        context.problems += context.inputs.problems(compensation.input, at: place, uses: uses, node, declaration)
        check(compensation.credential, at: compensation.pointer, node, declaration, &context)
        return input.map {
            PlannedCompensation(
                action: PlannedAction(declaration: declaration, input: $0, credential: compensation.credential),
                timeout: compensation.timeout, retry: compensation.retry ?? PlannedCompensation.persistent)
        }
    }

    private static func declaration(
        _ uses: String, of node: WorkflowNode, at pointer: String, _ context: inout PlanningContext
    ) -> OperationDeclaration? {
        do throws(OperationResolver.Refusal) {
            let declaration = try context.resolver.declaration(of: uses)
            guard declaration.group == nil else {
                context.report(
                    "not-an-action", node, at: pointer,
                    "\(declaration.reference.description.quoted) is a trigger that the vendor calls, and no action",
                    hint: "use it in a node of the type \"webhook\"")
                return nil
            }
            return declaration
        } catch {
            context.report(error.code, node, at: pointer, error.message, hint: error.hint)
            return nil
        }
    }

    private static func check(
        _ credential: String?, at pointer: String, _ node: WorkflowNode, _ declaration: OperationDeclaration,
        _ context: inout PlanningContext
    ) {
        do throws(CredentialCheck.Refusal) {
            try context.credentials?.check(credential, for: declaration)
        } catch {
            let place = credential == nil ? "" : "/credential"
            context.report(error.code, node, at: pointer + place, error.message, hint: error.hint)
        }
    }
}
