import PatchbayCore

/// A document's nodes in a row, each with where it stands: those at the top first, then those in containers, a
/// container before its parts.
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
        for node in nodes {
            if index[node.id] == nil { index[node.id] = members.count }
            members.append(Member(node: node, body: body, graph: graphs.count))
        }
        graphs.append(Graph(owner: owner, name: name, nodes: first..<members.count, edges: edges))
    }
}
