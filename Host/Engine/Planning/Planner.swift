package import PatchbayCore
import PatchbayExpressions
package import PatchbayJSON

/// Checks workflow documents and compiles them. Pure: the same document, catalogue and credentials give the same plan.
package struct Planner: Sendable {
    private let catalogue: any ConnectorCatalogue
    /// What `env` holds in expressions.
    package let environment: [String: String]
    /// What time zones there are; nil: their names are not looked up.
    private let zones: (any TimeZones)?

    /// Problems beyond these are counted, not told; a document with more has one cause for many of them.
    package static let mostProblems = 500

    package init(catalogue: any ConnectorCatalogue, environment: [String: String] = [:], zones: (any TimeZones)? = nil)
    {
        self.catalogue = catalogue
        self.environment = environment
        self.zones = zones
    }

    /// Checks a document and lists every problem at once. With `credentials` nil, credentials are not checked. With
    /// `workflows` nil, sub-workflows are not checked, and have to be named by their ids.
    package func plan(
        _ document: JSON, credentials: [CredentialRecord]? = nil, workflows: [WorkflowListing]? = nil
    ) -> Planning {
        let (read, structural) = WorkflowDocument.read(document)
        guard var read else { return Planning(plan: nil, document: document, problems: structural) }
        let tree = DocumentTree(read)
        var (context, kinds) = survey(read, tree, credentials, workflows)
        context.problems = structural + PlacementRule.problems(of: read.concurrency) + context.problems
        // Where a node or an edge could not be read, what is missing is no fault of the others.
        if read.isWhole {
            var check = TreeCheck(tree)
            check.run(steps: context.steps, ports: context.ports, needed: context.needed)
            context.problems += check.problems
        }
        for index in read.nodes.indices { Self.pin(&read.nodes[index], context) }
        return Planning(
            plan: context.problems.isEmpty ? Self.plan(read, tree, kinds, &context) : nil,
            document: read.isWhole ? read.json : document, webhooks: context.webhooks,
            problems: Self.limited(context.problems))
    }

    /// Plans each node by itself.
    func survey(
        _ document: WorkflowDocument, _ tree: DocumentTree, _ credentials: [CredentialRecord]?,
        _ workflows: [WorkflowListing]?
    ) -> (context: PlanningContext, kinds: [Kind?]) {
        let types = DocumentTypes(tree)
        var context = PlanningContext(
            catalogue: catalogue, credentials: credentials, workflows: workflows,
            names: names(document, types, credentials), zones: zones)
        context.foresee(tree.members.map(\.node))
        for note in tree.asides { _ = NoteNode.plan(note, in: &context) }
        let kinds = tree.members.map { member in
            context.enter(loops: types.loops(around: member))
            let kind = kind(member, &context)
            if let kind { context.learn(kind.kind, member.node) }
            return kind
        }
        return (context, kinds)
    }

    private func names(
        _ document: WorkflowDocument, _ types: DocumentTypes, _ credentials: [CredentialRecord]?
    ) -> KnownNames {
        let known = KnownTypes(body: types.body, trigger: types.trigger)
        return KnownNames(
            steps: Set(document.ids), titles: types.titles, env: Set(environment.keys),
            credentials: credentials.map { Set($0.map(\.name)) }, payload: known.payload, types: known)
    }

    struct Kind {
        var kind: PlannedNode.Kind
        var fallback: CompiledValue?
        var compensation: PlannedCompensation?
    }

    private func kind(
        _ member: DocumentTree.Member, _ context: inout PlanningContext
    ) -> Kind? {
        let node = member.node
        let kind = kind(node, isAtTop: member.body == nil, &context)
        let fallback = node.fallback.map {
            context.compile($0, of: node, at: node.pointers.node + "/fallback", seesItself: true)
        }
        let compensation = ActionNode.compensation(node, in: &context)
        guard let kind else { return nil }
        return Kind(kind: kind, fallback: fallback ?? nil, compensation: compensation)
    }

    /// Every kind of node has its file in `Kinds`.
    private func kind(
        _ node: WorkflowNode, isAtTop: Bool, _ context: inout PlanningContext
    ) -> PlannedNode.Kind? {
        if node.kind.isTrigger, !isAtTop {
            context.report(
                "misplaced-trigger", node, at: node.pointers.node,
                "the trigger \(node.id.quoted) stands in a container, and nothing begins there",
                hint: "move it to the top of the workflow")
        }
        return switch node.kind {
        case .manual: ManualNode.plan(node, in: &context)
        case .webhook: WebhookNode.plan(node, in: &context)
        case .schedule: ScheduleNode.plan(node, in: &context)
        case .poll: PollNode.plan(node, in: &context)
        case .error: ErrorNode.plan(node, in: &context)
        case .action: ActionNode.plan(node, in: &context)
        case .condition: ConditionNode.plan(node, in: &context)
        case .switch: SwitchNode.plan(node, in: &context)
        case .loop: LoopNode.plan(node, in: &context)
        case .parallel: ParallelNode.plan(node, in: &context)
        case .merge: MergeNode.plan(node, in: &context)
        case .aggregate: AggregateNode.plan(node, in: &context)
        case .transform: TransformNode.plan(node, in: &context)
        case .set: SetNode.plan(node, in: &context)
        case .wait: WaitNode.plan(node, in: &context)
        case .human: HumanNode.plan(node, in: &context)
        case .workflow: SubworkflowNode.plan(node, in: &context)
        case .try: TryNode.plan(node, in: &context)
        case .respond: RespondNode.plan(node, in: &context)
        case .stop: StopNode.plan(node, in: &context)
        case .note: NoteNode.plan(node, in: &context)
        }
    }

    private static func pin(_ node: inout WorkflowNode, _ context: PlanningContext) {
        if let reference = context.pins[node.id] { node.pin(reference) }
        if let reference = context.compensationPins[node.id] { node.pinCompensation(reference) }
        if let (workflow, version) = context.children[node.id] { node.pin(workflow: workflow, version: version) }
        for body in node.bodies.indices {
            for index in node.bodies[body].nodes.indices { pin(&node.bodies[body].nodes[index], context) }
        }
    }

    /// Without problems every node has its kind and every edge its ends.
    private static func plan(
        _ document: WorkflowDocument, _ tree: DocumentTree, _ kinds: [Kind?], _ context: inout PlanningContext
    ) -> Plan? {
        var incoming = Array(repeating: [PlannedNode.Link](), count: tree.members.count)
        var outgoing = incoming
        for edge in tree.graphs.flatMap(\.edges) {
            guard let source = tree.index[edge.source], let target = tree.index[edge.target] else { return nil }
            outgoing[source].append(PlannedNode.Link(node: target, port: edge.port))
            incoming[target].append(PlannedNode.Link(node: source, port: edge.port))
        }
        var nodes: [PlannedNode] = []
        nodes.reserveCapacity(tree.members.count)
        for (index, member) in tree.members.enumerated() {
            guard let kind = kinds[index] else { return nil }
            let node = member.node
            let retry = node.retry ?? (node.onError == .retry && node.kind.isRetryable ? .standard : .none)
            nodes.append(
                PlannedNode(
                    id: node.id, kind: kind.kind, body: member.body, incoming: incoming[index],
                    outgoing: outgoing[index], timeout: node.timeout, retry: retry, onError: node.onError,
                    fallback: kind.fallback, compensation: kind.compensation))
        }
        return Plan(
            nodes: nodes, timeout: document.timeout ?? WorkflowDocument.longestRun,
            cleanup: document.cleanup ?? WorkflowDocument.longestCleanup)
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
