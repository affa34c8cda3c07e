/// A workflow version, checked and compiled: what the decider follows and the worker acts on.
package struct Plan: Sendable {
    /// In the document's order.
    package let nodes: [PlannedNode]
    /// Where a node id stands in `nodes`.
    package let index: [String: Int]
    /// Where triggers stand in `nodes`.
    package let triggers: [Int]

    package init(nodes: [PlannedNode]) {
        self.nodes = nodes
        index = Dictionary(zip(nodes.map(\.id), nodes.indices), uniquingKeysWith: { first, _ in first })
        triggers = nodes.indices.filter { nodes[$0].isTrigger }
    }

    package subscript(id: String) -> PlannedNode? { index[id].map { nodes[$0] } }
}
