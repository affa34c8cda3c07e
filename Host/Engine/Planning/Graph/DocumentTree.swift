import PatchbayCore

/// A document's nodes in a row, each with where it stands: those at the top first, then those in containers, a
/// container before its parts. Notes that no edge touches are no part of it: nothing of a run concerns them.
struct DocumentTree {
    struct Member {
        let node: WorkflowNode
        /// Nil at the top.
        let body: PlannedNode.Body?
        /// Where its graph stands in `graphs`.
        let graph: Int
    }

    struct Graph {
        /// Where the container stands in `members`; nil at the top.
        let owner: Int?
        /// `body`, `catch`, `finally`, or a branch's name.
        let name: String
        /// Where they stand in `members`.
        var nodes: Range<Int>
        let edges: [WorkflowEdge]
    }

    private(set) var members: [Member] = []
    private(set) var graphs: [Graph] = []
    /// Notes that no edge touches.
    private(set) var asides: [WorkflowNode] = []
    /// Where a node's id stands in `members`.
    private(set) var index: [String: Int] = [:]

    init(_ document: WorkflowDocument) {
        add(document.nodes, document.edges, owner: nil, name: "")
        var next = 0
        while next < members.count {
            for body in members[next].node.bodies { add(body.nodes, body.edges, owner: next, name: body.name) }
            next += 1
        }
    }

    private mutating func add(_ nodes: [WorkflowNode], _ edges: [WorkflowEdge], owner: Int?, name: String) {
        let body = owner.map { PlannedNode.Body(owner: $0, name: name) }
        let first = members.count
        let touched = nodes.contains { $0.kind == .note } ? Set(edges.flatMap { [$0.source, $0.target] }) : []
        for node in nodes {
            if node.kind == .note, !touched.contains(node.id) {
                asides.append(node)
                continue
            }
            if index[node.id] == nil { index[node.id] = members.count }
            members.append(Member(node: node, body: body, graph: graphs.count))
        }
        graphs.append(Graph(owner: owner, name: name, nodes: first..<members.count, edges: edges))
    }
}
