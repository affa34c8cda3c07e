package import PatchbayCore
import PatchbayExpressions
package import PatchbayJSON

/// Checks workflow documents and compiles them. Pure: the same document, catalogue and credentials give the same plan.
package struct Planner: Sendable {
    private let catalogue: any ConnectorCatalogue
    private let environment: Set<String>

    /// Problems beyond these are counted, not told; a document with more has one cause for many of them.
    package static let mostProblems = 500

    /// `environment` is what `env` holds in expressions.
    package init(catalogue: any ConnectorCatalogue, environment: [String: String] = [:]) {
        self.catalogue = catalogue
        self.environment = Set(environment.keys)
    }

    /// Checks a document and lists every problem at once. With `credentials` nil, credentials are not checked.
    package func plan(_ document: JSON, credentials: [CredentialRecord]? = nil) -> Planning {
        let (read, structural) = WorkflowDocument.read(document)
        guard var read else { return Planning(plan: nil, document: document, problems: structural) }
        let names = KnownNames(steps: Set(read.ids), env: environment)
        var context = PlanningContext(catalogue: catalogue, credentials: credentials, names: names)
        context.problems = structural + PlacementRule.problems(of: read.concurrency)
        let kinds = read.nodes.map { kind($0, &context) }
        // Where a node or an edge could not be read, what is missing is no fault of the others.
        if read.isWhole {
            var check = GraphCheck(read)
            check.run(steps: context.steps)
            context.problems += check.problems
        }
        for index in read.nodes.indices {
            if let reference = context.pins[read.nodes[index].id] { read.nodes[index].pin(reference) }
        }
        return Planning(
            plan: context.problems.isEmpty ? Self.plan(read, kinds.compactMap { $0 }) : nil,
            document: read.isWhole ? read.json : document, webhooks: context.webhooks,
            problems: Self.limited(context.problems))
    }

    /// Every kind of node has its file in `Kinds`.
    private func kind(_ node: WorkflowNode, _ context: inout PlanningContext) -> PlannedNode.Kind? {
        switch node.kind {
        case .manual: ManualNode.plan(node, in: &context)
        case .webhook: WebhookNode.plan(node, in: &context)
        case .action: ActionNode.plan(node, in: &context)
        case .condition: ConditionNode.plan(node, in: &context)
        case .set: SetNode.plan(node, in: &context)
        }
    }

    /// Without problems every node has its kind and every edge its ends.
    private static func plan(_ document: WorkflowDocument, _ kinds: [PlannedNode.Kind]) -> Plan? {
        guard kinds.count == document.nodes.count else { return nil }
        let position = Dictionary(uniqueKeysWithValues: zip(document.nodes.map(\.id), document.nodes.indices))
        var incoming = Array(repeating: [PlannedNode.Link](), count: document.nodes.count)
        var outgoing = incoming
        for edge in document.edges {
            guard let source = position[edge.source], let target = position[edge.target] else { return nil }
            outgoing[source].append(PlannedNode.Link(node: target, port: edge.port))
            incoming[target].append(PlannedNode.Link(node: source, port: edge.port))
        }
        let nodes = document.nodes.indices.map { index in
            let node = document.nodes[index]
            return PlannedNode(
                id: node.id, kind: kinds[index], incoming: incoming[index], outgoing: outgoing[index],
                timeout: node.timeout, retry: node.retry ?? .none, onError: node.onError)
        }
        return Plan(nodes: nodes)
    }

    private static func limited(_ problems: [Problem]) -> [Problem] {
        guard problems.count > mostProblems else { return problems }
        let rest = Problem(
            code: "too-many-problems", pointer: "",
            message: "the workflow has \(problems.count - mostProblems) further problems",
            hint: "fix the first ones and try again")
        return problems.prefix(mostProblems) + [rest]
    }
}
