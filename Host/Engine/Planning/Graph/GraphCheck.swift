import PatchbayCore

/// What is wrong with the ways between the nodes of one graph: of the top, or of a container's body.
struct GraphCheck {
    private let nodes: [WorkflowNode]
    /// Those whose ends are there.
    private let edges: [(edge: WorkflowEdge, from: Int, to: Int)]
    private let isTop: Bool
    private let graph: Graph
    private(set) var problems: [Problem] = []
    /// For each node those that lead to it; nil when there are cycles.
    private(set) var ancestors: [NodeSet]?

    /// More nodes of a cycle are not named.
    private static let mostNamed = 12

    init(_ tree: DocumentTree, _ part: DocumentTree.Graph) {
        nodes = tree.members[part.nodes].map(\.node)
        isTop = part.owner == nil
        edges = part.edges.compactMap { edge in
            guard let from = Self.place(edge.source, in: tree, part), let to = Self.place(edge.target, in: tree, part)
            else { return nil }
            return (edge, from, to)
        }
        graph = Graph(count: nodes.count, edges: edges.map { ($0.from, $0.to) })
    }

    /// Where a node stands in `nodes`; nil for those of other graphs.
    private static func place(_ id: String, in tree: DocumentTree, _ part: DocumentTree.Graph) -> Int? {
        guard let place = tree.index[id], part.nodes.contains(place) else { return nil }
        return place - part.nodes.lowerBound
    }

    mutating func run(ports: [String: [String]], needed: [String: Int]) {
        checkEdges(ports)
        checkMerges(needed)
        let cycles = graph.cycles()
        for cycle in cycles { report(cycle: cycle) }
        if isTop { checkReachability() }
        if cycles.isEmpty { ancestors = graph.ancestors() }
    }

    // MARK: Edges

    private mutating func checkEdges(_ ports: [String: [String]]) {
        struct Way: Hashable {
            var from, to: Int
            var port: String?
        }
        var seen = Set<Way>(minimumCapacity: edges.count)
        for (edge, from, to) in edges {
            let (source, target) = (nodes[from], nodes[to])
            if target.kind.isTrigger {
                report(
                    "edge-into-trigger", edge.target, edge.pointer + "/target",
                    "an edge leads to \(edge.target.quoted), which is a trigger: runs begin there",
                    hint: "turn the edge round, or remove it")
            }
            if !seen.insert(Way(from: from, to: to, port: edge.port)).inserted {
                report(
                    "duplicate-edge", edge.source, edge.pointer,
                    "the edge from \(edge.source.quoted) to \(edge.target.quoted) is there twice", hint: "remove one")
            }
            check(port: edge, of: source, ports[source.id] ?? [])
        }
    }

    private mutating func check(port edge: WorkflowEdge, of source: WorkflowNode, _ ports: [String]) {
        if edge.port == nil, ports.isEmpty { return }
        let all = ports + (source.onError == .route ? [FailureStrategy.port] : [])
        var words: String { all.map(\.quoted).joined(separator: " or ") }
        switch edge.port {
        case nil where !ports.isEmpty:
            report(
                "missing-port", source.id, edge.pointer,
                "the edge from \(source.id.quoted) to \(edge.target.quoted) names no port of the "
                    + "\(source.kind.rawValue) node", hint: "add \"port\": \(words)")
        case let port? where all.contains(port): break
        case FailureStrategy.port?:
            report(
                "unknown-port", source.id, edge.pointer + "/port",
                "\(source.id.quoted) has no port \"error\": it does not go on there after a failure",
                hint: "give the node \"on_error\": \"route\"")
        case let port? where ports.isEmpty:
            report(
                "unknown-port", source.id, edge.pointer + "/port",
                "\(source.id.quoted) has one way out, and the edge names the port \(port.quoted)",
                hint: "remove \"port\"" + (all.isEmpty ? "" : ", or write \(words)"))
        case let port?:
            report(
                "unknown-port", source.id, edge.pointer + "/port",
                "\(source.id.quoted) has no port \(port.quoted)", hint: "write \(words)")
        case nil: break
        }
    }

    /// A merge cannot need more ways than lead to it.
    private mutating func checkMerges(_ needed: [String: Int]) {
        guard !needed.isEmpty else { return }
        for (place, node) in nodes.enumerated() where node.kind == .merge {
            guard let count = needed[node.id] else { continue }
            let ways = edges.count { $0.to == place }
            guard count > ways else { continue }
            report(
                "bad-value", node.id, node.pointers.parameters + "/count",
                "\(node.id.quoted) needs \(count) ways, and \(ways) lead to it",
                hint: "lower \"count\", or lead more edges to it")
        }
    }

    // MARK: Shape

    private mutating func report(cycle: [Int]) {
        let ids = cycle.map { nodes[$0].id }
        let shown = ids.count <= Self.mostNamed ? ids + [ids[0]] : Array(ids.prefix(Self.mostNamed)) + ["…", ids[0]]
        report(
            "cycle", ids[0], nodes[cycle[0]].pointers.node,
            "the nodes form a cycle: \(shown.joined(separator: " -> "))",
            hint: "remove one of the edges; a loop node repeats what stands in its body")
    }

    private mutating func checkReachability() {
        let triggers = nodes.indices.filter { nodes[$0].kind.isTrigger }
        guard !triggers.isEmpty else {
            let kinds = NodeKind.allCases.filter(\.isTrigger).map(\.rawValue.quoted).joined(separator: " or ")
            problems.append(
                Problem(
                    code: "no-trigger", pointer: "", message: "the workflow has no trigger, and so nothing starts it",
                    hint: "add a node of type \(kinds)"))
            return
        }
        let reached = graph.reachable(from: triggers)
        for (index, node) in nodes.enumerated() where !reached.contains(index) {
            report(
                "unreachable", node.id, node.pointers.node, "no trigger leads to \(node.id.quoted)",
                hint: "add an edge to it, or remove the node")
        }
    }

    private mutating func report(
        _ code: String, _ node: String, _ pointer: String, _ message: String, hint: String
    ) {
        problems.append(Problem(code: code, node: node, pointer: pointer, message: message, hint: hint))
    }
}
