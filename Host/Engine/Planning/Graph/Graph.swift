/// Which nodes lead to which; nodes are numbers from 0. Nothing here recurses, and nothing but `ancestors` takes longer
/// than in proportion to the graph.
struct Graph {
    let successors: [[Int]]

    init(count: Int, edges: [(from: Int, to: Int)]) {
        var successors = Array(repeating: [Int](), count: count)
        for edge in edges { successors[edge.from].append(edge.to) }
        self.successors = successors
    }

    /// What can be reached from the given nodes, they themselves included.
    func reachable(from starts: some Sequence<Int>) -> Set<Int> {
        var reached = Set(starts)
        var waiting = Array(reached)
        while let node = waiting.popLast() {
            for next in successors[node] where reached.insert(next).inserted { waiting.append(next) }
        }
        return reached
    }

    /// For each node the nodes that lead to it. Of no meaning where there are cycles.
    func ancestors() -> [NodeSet] {
        var ancestors = Array(repeating: NodeSet(capacity: successors.count), count: successors.count)
        for node in ordered() {
            for next in successors[node] {
                ancestors[next].formUnion(ancestors[node])
                ancestors[next].insert(node)
            }
        }
        return ancestors
    }

    /// The nodes so that each stands behind all that lead to it; nodes on and behind cycles are left out.
    private func ordered() -> [Int] {
        var open = Array(repeating: 0, count: successors.count)
        for next in successors.joined() { open[next] += 1 }
        var order = successors.indices.filter { open[$0] == 0 }
        var index = 0
        while index < order.count {
            for next in successors[order[index]] {
                open[next] -= 1
                if open[next] == 0 { order.append(next) }
            }
            index += 1
        }
        return order
    }
}

/// A set of small numbers, one bit each.
struct NodeSet {
    private var words: [UInt64]

    init(capacity: Int) { words = Array(repeating: 0, count: (capacity + 63) / 64) }

    func contains(_ node: Int) -> Bool { words[node / 64] & 1 << UInt64(node % 64) != 0 }
    mutating func insert(_ node: Int) { words[node / 64] |= 1 << UInt64(node % 64) }
    mutating func formUnion(_ other: NodeSet) { for index in words.indices { words[index] |= other.words[index] } }
}
