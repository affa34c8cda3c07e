extension Comparison {
    /// Where the values stand once they are sorted; equal ones stay in their order. They must have an order among each
    /// other.
    static func positions(
        ofSorted values: [Value], _ budget: inout Budget, at offset: Int
    ) throws(Fault) -> [Int] {
        // A merge sort, because the comparison may throw.
        var sorted = Array(values.indices)
        var spare = sorted
        var width = 1
        while width < values.count {
            var start = 0
            while start < values.count {
                let (middle, end) = (min(start + width, values.count), min(start + 2 * width, values.count))
                var (left, right) = (start, middle)
                for target in start..<end {
                    let takesLeft: Bool
                    if left == middle || right == end {
                        takesLeft = right == end
                    } else {
                        takesLeft = try !isBefore(
                            values[sorted[right]], values[sorted[left]], &budget, at: offset)
                    }
                    if takesLeft {
                        spare[target] = sorted[left]
                        left += 1
                    } else {
                        spare[target] = sorted[right]
                        right += 1
                    }
                }
                start = end
            }
            swap(&sorted, &spare)
            width *= 2
        }
        if values.count == 1 { _ = try isBefore(values[0], values[0], &budget, at: offset) }
        return sorted
    }

    private static func isBefore(
        _ a: Value, _ b: Value, _ budget: inout Budget, at offset: Int
    ) throws(Fault) -> Bool {
        try budget.take(at: offset)
        guard a.kind == b.kind, let order = try order(a, b, &budget, at: offset) else {
            throw Fault(
                .type, "\(a.article) and \(b.article) have no order to sort by",
                hint: "sort by values of one kind: numbers, strings, times", at: offset)
        }
        return order == .before
    }
}
