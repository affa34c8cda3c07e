import PatchbayCore

/// What is wrong with the ways between the nodes of a document.
struct GraphCheck {
    private let document: WorkflowDocument
    private let position: [String: Int]
    private let graph: Graph
    private(set) var problems: [Problem] = []

    /// More nodes of a cycle are not named.
    private static let mostNamed = 12

    init(_ document: WorkflowDocument) {
        self.document = document
        position = Dictionary(
            zip(document.nodes.map(\.id), document.nodes.indices), uniquingKeysWith: { first, _ in first })
        let edges = document.edges.compactMap { [position] edge -> (from: Int, to: Int)? in
            guard let from = position[edge.source], let to = position[edge.target] else { return nil }
            return (from, to)
        }
        graph = Graph(count: document.nodes.count, edges: edges)
    }

    /// Finds everything, given what each node's expressions read.
    mutating func run(steps: [String: [StepUse]]) {
        checkEdges()
        let cycles = graph.cycles()
        for cycle in cycles { report(cycle: cycle) }
        checkReachability()
        if cycles.isEmpty { checkOrder(steps) }
    }

    /// That an expression reads the output of a step.
    struct StepUse {
        var step: String
        /// Of the string that holds the expression.
        var pointer: String
    }

    // MARK: Edges

    private mutating func checkEdges() {
        struct Way: Hashable { var source, port, target: String }
        var seen: Set<Way> = []
        for edge in document.edges {
            guard let source = node(edge.source), let target = node(edge.target) else { continue }
            if target.kind.isTrigger {
                report(
                    "edge-into-trigger", edge.target, edge.pointer + "/target",
                    "an edge leads to \(edge.target.quoted), which is a trigger: runs begin there",
                    hint: "turn the edge round, or remove it")
            }
            let way = Way(source: edge.source, port: edge.port ?? "", target: edge.target)
            if !seen.insert(way).inserted {
                report(
                    "duplicate-edge", edge.source, edge.pointer,
                    "the edge from \(edge.source.quoted) to \(edge.target.quoted) is there twice", hint: "remove one")
            }
            check(port: edge, of: source)
        }
    }

    private mutating func check(port edge: WorkflowEdge, of source: WorkflowNode) {
        let ports = source.kind.ports.map(\.quoted).joined(separator: " or ")
        switch edge.port {
        case nil where !ports.isEmpty:
            report(
                "missing-port", source.id, edge.pointer,
                "the edge from \(source.id.quoted) to \(edge.target.quoted) names no port of the \(source.kind) node",
                hint: "add \"port\": \(ports)")
        case let port? where ports.isEmpty:
            report(
                "unknown-port", source.id, edge.pointer + "/port",
                "\(source.id.quoted) has one way out, and the edge names the port \(port.quoted)",
                hint: "remove \"port\"")
        case let port? where !source.kind.ports.contains(port):
            report(
                "unknown-port", source.id, edge.pointer + "/port",
                "\(source.id.quoted) has no port \(port.quoted)", hint: "write \(ports)")
        default: break
        }
    }

    // MARK: Shape

    private mutating func report(cycle: [Int]) {
        let ids = cycle.map { document.nodes[$0].id }
        let shown = ids.count <= Self.mostNamed ? ids + [ids[0]] : Array(ids.prefix(Self.mostNamed)) + ["…", ids[0]]
        report(
            "cycle", ids[0], document.nodes[cycle[0]].pointers.node,
            "the nodes form a cycle: \(shown.joined(separator: " -> "))", hint: "remove one of the edges")
    }

    private mutating func checkReachability() {
        let triggers = document.nodes.indices.filter { document.nodes[$0].kind.isTrigger }
        guard !triggers.isEmpty else {
            let kinds = NodeKind.allCases.filter(\.isTrigger).map(\.rawValue.quoted).joined(separator: " or ")
            problems.append(
                Problem(
                    code: "no-trigger", pointer: "", message: "the workflow has no trigger, and so nothing starts it",
                    hint: "add a node of type \(kinds)"))
            return
        }
        let reached = graph.reachable(from: triggers)
        for (index, node) in document.nodes.enumerated() where !reached.contains(index) {
            report(
                "unreachable", node.id, node.pointers.node, "no trigger leads to \(node.id.quoted)",
                hint: "add an edge to it, or remove the node")
        }
    }

    /// Every step that a node reads must come before the node on some way.
    private mutating func checkOrder(_ steps: [String: [StepUse]]) {
        let ancestors = graph.ancestors()
        for (index, node) in document.nodes.enumerated() {
            for use in steps[node.id] ?? [] {
                guard let step = position[use.step], !ancestors[index].contains(step) else { continue }
                let message =
                    step == index
                    ? "\(node.id.quoted) reads its own output, which is not there yet"
                    : "\(node.id.quoted) reads the output of \(use.step.quoted), which does not run before it"
                report(
                    "step-order", node.id, use.pointer, message,
                    hint: step == index
                        ? "read another step's output" : "lead edges from \(use.step.quoted) to \(node.id.quoted)")
            }
        }
    }

    private func node(_ id: String) -> WorkflowNode? { position[id].map { document.nodes[$0] } }

    private mutating func report(
        _ code: String, _ node: String, _ pointer: String, _ message: String, hint: String
    ) {
        problems.append(Problem(code: code, node: node, pointer: pointer, message: message, hint: hint))
    }
}
