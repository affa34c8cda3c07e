import PatchbayCore
import PatchbayJSON

/// `{"type": "webhook", "uses": "github@1.0.0/issue_opened", "credential": "octo", "config": {"input": {"owner": …}}}`
enum ConnectorWebhookNode {
    /// What only endpoints have that somebody else's deliveries come to: where, and what they prove.
    static let foreign = ["path", "method", "verify", "wait"]

    static let input = MemberSchema(
        "input", "Input",
        "With \"uses\": what the trigger works on; the connector has its schema. Holds no expressions.", .object,
        examples: [["owner": "octo-org", "repo": "octo-repo"]])

    static let rules: [JSON] = [
        MemberRule.with("credential", needs: ["uses"]),
        [
            "if": MemberRule.needs("uses"), "then": ["properties": ["config": MemberRule.without(foreign)]],
            "else": ["properties": ["config": MemberRule.without([input.name])]],
        ],
    ]

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let input = reader.object(Self.input.name)
        let filter = WebhookNode.filter(&reader)
        TriggerData.read(&reader)
        for name in foreign where reader.object[name] != nil {
            reader.report(
                "unknown-member", at: name, "\(name.quoted) has no meaning for a trigger that its connector subscribes",
                hint: "remove it: the connector says where deliveries come, and verifies them")
        }
        reader.refuseUnknown(known: WebhookNode.schema.names)
        context.problems += reader.problems
        let declaration: OperationDeclaration
        do throws(OperationResolver.Refusal) {
            declaration = try context.resolver.declaration(of: node.uses ?? "")
        } catch {
            context.report(error.code, node, at: node.pointers.uses, error.message, hint: error.hint)
            return nil
        }
        context.pins[node.id] = declaration.reference
        guard let group = declaration.group, var configured = declaration.configured else {
            context.report(
                "not-a-trigger", node, at: node.pointers.uses,
                "\(declaration.reference.description.quoted) is no trigger that the vendor calls",
                hint: "use one of the connector's webhook triggers, or a node of the type \"poll\" or \"action\"")
            return nil
        }
        context.problems += context.inputs.problems(
            .object(input ?? [:]), at: reader.pointer(to: Self.input.name), uses: node.pointers.uses, node, configured)
        var subscribe = declaration.reference
        subscribe.operation = group.subscribe
        // What subscribes has the credential; what verifies needs none.
        configured.credential = (try? context.resolver.catalogue.operation(subscribe).get())?.credential
        do throws(CredentialCheck.Refusal) {
            try context.credentials?.check(node.credential, for: configured)
        } catch {
            let place = node.credential == nil ? "" : "/credential"
            context.report(error.code, node, at: node.pointers.node + place, error.message, hint: error.hint)
        }
        context.webhooks.append(
            PlannedWebhook(node: node.id, endpoint: nil, filter: filter, trigger: declaration.reference))
        return .trigger(kind: node.kind.rawValue)
    }
}

extension OperationDeclaration {
    /// A webhook trigger with the schema of what workflows configure in place of what its operation is given.
    fileprivate var configured: OperationDeclaration? {
        guard let schema = inputSchema["properties"]?["config"] else { return nil }
        var declaration = self
        declaration.inputSchema = schema
        return declaration
    }
}
