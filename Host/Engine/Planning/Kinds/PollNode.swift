import PatchbayCore
import PatchbayJSON

/// `{"type": "poll", "uses": "postgresql@1.0.0/new_rows", "credential": "shop", "config": {"every": "1m", "input": {…}}}`
enum PollNode {
    static let schema = KindSchema(
        "Poll", "Asks a connector from time to time what is new, and starts a run for each item.",
        members: PollSpec.members + TriggerData.members,
        example: [
            "id": "orders", "type": "poll", "uses": "postgresql@1.0.0/new_rows", "credential": "shop",
            "config": ["every": "1m", "input": ["table": "orders", "column": "id"], "id": "/id"],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let spec = PollSpec(reading: &reader)
        TriggerData.read(&reader)
        reader.refuseUnknown(known: schema.names)
        context.problems += reader.problems
        let declaration: OperationDeclaration
        do throws(OperationResolver.Refusal) {
            declaration = try context.resolver.declaration(of: node.uses ?? "")
        } catch {
            context.report(error.code, node, at: node.pointers.uses, error.message, hint: error.hint)
            return nil
        }
        context.pins[node.id] = declaration.reference
        guard declaration.isPoll else {
            context.report(
                "not-a-trigger", node, at: node.pointers.uses,
                "\(declaration.reference.description.quoted) tells nothing new from time to time: it is an action",
                hint: "use a trigger of the connector, or start the workflow by a schedule and call it in a node")
            return nil
        }
        if let spec {
            context.problems += context.inputs.problems(
                spec.input, at: reader.pointer(to: "input"), uses: node.pointers.uses, node, declaration)
        }
        do throws(CredentialCheck.Refusal) {
            try context.credentials?.check(node.credential, for: declaration)
        } catch {
            let place = node.credential == nil ? "" : "/credential"
            context.report(error.code, node, at: node.pointers.node + place, error.message, hint: error.hint)
        }
        return .trigger(kind: node.kind.rawValue)
    }
}

extension OperationDeclaration {
    /// Whether it goes on behind a cursor and tells what has come since.
    var isPoll: Bool {
        inputSchema["properties"]?["cursor"] != nil && outputSchema["properties"]?["events"] != nil
            && outputSchema["properties"]?["cursor"] != nil
    }
}
