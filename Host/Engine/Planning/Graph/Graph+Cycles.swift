extension Graph {
    /// One cycle for each knot (nodes that all lead to each other), as short as any through the knot's first node. The
    /// first node is not repeated at the end.
    func cycles() -> [[Int]] {
        knots().compactMap { knot in shortestCycle(through: knot.min() ?? knot[0], within: Set(knot)) }
            .sorted { $0[0] < $1[0] }
    }

    /// The strongly connected components that hold a cycle, by Tarjan's method with a stack of its own.
    private func knots() -> [[Int]] {
        var knots: [[Int]] = []
        var number = Array(repeating: 0, count: successors.count)
        var lowest = number
        var isOpen = Array(repeating: false, count: successors.count)
        var open: [Int] = []
        var count = 0
        for start in successors.indices where number[start] == 0 {
            var path = [(node: start, next: 0)]
            while let (node, next) = path.last {
                if next == 0 {
                    count += 1
                    (number[node], lowest[node], isOpen[node]) = (count, count, true)
                    open.append(node)
                }
                if next < successors[node].count {
                    path[path.count - 1].next += 1
                    let target = successors[node][next]
                    if number[target] == 0 {
                        path.append((target, 0))
                    } else if isOpen[target] {
                        lowest[node] = min(lowest[node], number[target])
                    }
                    // A node whose first edge led elsewhere comes back with `next` above 0.
                    continue
                }
                path.removeLast()
                if let above = path.last?.node { lowest[above] = min(lowest[above], lowest[node]) }
                guard lowest[node] == number[node], let first = open.lastIndex(of: node) else { continue }
                let knot = Array(open[first...])
                open.removeLast(knot.count)
                for member in knot { isOpen[member] = false }
                if knot.count > 1 || successors[node].contains(node) { knots.append(knot) }
            }
        }
        return knots
    }

    private func shortestCycle(through start: Int, within knot: Set<Int>) -> [Int]? {
        var before: [Int: Int] = [:]
        var waiting = [start]
        var index = 0
        while index < waiting.count {
            let node = waiting[index]
            index += 1
            for next in successors[node] where knot.contains(next) {
                if next == start {
                    var path = [node]
                    while let previous = before[path[path.count - 1]] { path.append(previous) }
                    return path.reversed()
                }
                if before[next] == nil {
                    before[next] = node
                    waiting.append(next)
                }
            }
        }
        return nil
    }
}
