import PatchbayCore

/// A workflow version, checked and compiled: what the decider follows and the worker acts on.
package struct Plan: Sendable {
    /// Those at the top in the document's order, then those in containers; a container stands before its parts.
    package let nodes: [PlannedNode]
    /// Where a node id stands in `nodes`.
    package let index: [String: Int]
    /// Where triggers stand in `nodes`.
    package let triggers: [Int]
    /// The graph at the top first, then those in containers.
    package let graphs: [PlannedGraph]
    /// Milliseconds that a run may take.
    package let timeout: Int64
    /// Milliseconds that cleaning up may take after a cancellation.
    package let cleanup: Int64
    /// Beside `nodes`: where the node stands among those of its graph.
    let places: [Int]
    /// Beside `nodes`: the node's graph.
    let graphOf: [Int]
    /// Beside `nodes`: the graphs of a container, in the document's order.
    let bodies: [[Int]]
    /// For merges that do not wait for all: the nodes that lead to nothing else.
    let rests: [Int: [Int]]

    package init(
        nodes: [PlannedNode], timeout: Int64 = WorkflowDocument.longestRun,
        cleanup: Int64 = WorkflowDocument.longestCleanup
    ) {
        self.nodes = nodes
        self.timeout = timeout
        self.cleanup = cleanup
        index = Dictionary(zip(nodes.map(\.id), nodes.indices), uniquingKeysWith: { first, _ in first })
        triggers = nodes.indices.filter { nodes[$0].isTrigger }
        var members: [[Int]] = [[]]
        var known: [PlannedNode.Body: Int] = [:]
        var owners: [PlannedNode.Body?] = [nil]
        var bodies = Array(repeating: [Int](), count: nodes.count)
        var places: [Int] = []
        var graphOf: [Int] = []
        for (number, node) in nodes.enumerated() {
            var graph = 0
            if let body = node.body {
                graph = known[body] ?? members.count
                if graph == members.count {
                    known[body] = graph
                    members.append([])
                    owners.append(body)
                    bodies[body.owner].append(graph)
                }
            }
            places.append(members[graph].count)
            graphOf.append(graph)
            members[graph].append(number)
        }
        self.places = places
        self.graphOf = graphOf
        self.bodies = bodies
        rests = Self.rests(nodes)
        graphs = zip(members, owners).map { PlannedGraph(nodes: $0, owner: $1, in: nodes) }
    }

    private static func rests(_ nodes: [PlannedNode]) -> [Int: [Int]] {
        var rests: [Int: [Int]] = [:]
        var inside = [Bool](repeating: false, count: nodes.count)
        for number in nodes.indices {
            guard case .merge(let merge) = nodes[number].kind, merge.needed != nil, merge.cutsRest else { continue }
            inside[number] = true
            var rest: [Int] = []
            var waiting = nodes[number].incoming.map(\.node)
            while let next = waiting.popLast() {
                guard !inside[next], !nodes[next].isTrigger,
                    nodes[next].outgoing.allSatisfy({ inside[$0.node] })
                else { continue }
                inside[next] = true
                rest.append(next)
                for link in nodes[next].incoming { waiting.append(link.node) }
            }
            inside[number] = false
            for place in rest { inside[place] = false }
            rests[number] = rest.sorted()
        }
        return rests
    }

    package subscript(id: String) -> PlannedNode? { index[id].map { nodes[$0] } }
}

/// Nodes that lead to one another: the top of a workflow, or a body of a container.
package struct PlannedGraph: Sendable {
    /// Where they stand in `Plan.nodes`.
    package let nodes: [Int]
    /// The container; nil at the top.
    package let owner: PlannedNode.Body?
    /// Places of the nodes that no edge leads to, and of those that none leaves but to notes.
    let starts: [Int]
    let ends: [Int]

    init(nodes: [Int], owner: PlannedNode.Body?, in all: [PlannedNode]) {
        self.nodes = nodes
        self.owner = owner
        starts = nodes.indices.filter { all[nodes[$0]].incoming.isEmpty }
        ends = nodes.indices.filter { place in
            let node = nodes[place]
            return !all[node].isNote
                && !all[node].outgoing.contains { $0.port != FailureStrategy.port && !all[$0.node].isNote }
        }
    }
}
