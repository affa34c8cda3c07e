import PatchbayJSON

/// Equality and order after CEL: numbers of different kinds by their value, strings by their code points.
enum Comparison {
    /// Values of different types are different, which is no error.
    static func areEqual(_ a: Value, _ b: Value, _ budget: inout Budget, at offset: Int) throws(Fault) -> Bool {
        try budget.take(at: offset)
        switch (a, b) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.string(let a), .string(let b)):
            try budget.take(bytes: min(a.utf8.count, b.utf8.count), at: offset)
            return a.hasSameBytes(as: b)
        case (.bytes(let a), .bytes(let b)):
            try budget.take(bytes: min(a.count, b.count), at: offset)
            return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.type(let a), .type(let b)): return a.runtimeName == b.runtimeName
        case (.optional(let a), .optional(let b)):
            guard let a, let b else { return a == nil && b == nil }
            return try areEqual(a, b, &budget, at: offset)
        case (.opaque(let a), .opaque(let b)): return a.type == b.type && a.isEqual(to: b)
        case (.list(let a), .list(let b)):
            guard a.count == b.count else { return false }
            for index in 0..<a.count where try !areEqual(a[index], b[index], &budget, at: offset) { return false }
            return true
        case (.map(let a), .map(let b)):
            guard a.count == b.count else { return false }
            for key in a.keys {
                guard let left = a[key], let right = b[key], try areEqual(left, right, &budget, at: offset) else {
                    return false
                }
            }
            return true
        default: return order(numbers: a, b) == .same
        }
    }

    /// Nil when such values have no order.
    static func order(_ a: Value, _ b: Value, _ budget: inout Budget, at offset: Int) throws(Fault) -> Order? {
        switch (a, b) {
        case (.bool(let a), .bool(let b)): return Order(a ? 1 : 0, b ? 1 : 0)
        case (.string(let a), .string(let b)):
            try budget.take(bytes: min(a.utf8.count, b.utf8.count), at: offset)
            if a.hasSameBytes(as: b) { return .same }
            // UTF-8 has the order of the code points.
            return a.utf8.lexicographicallyPrecedes(b.utf8) ? .before : .after
        case (.bytes(let a), .bytes(let b)):
            try budget.take(bytes: min(a.count, b.count), at: offset)
            if a == b { return .same }
            return a.lexicographicallyPrecedes(b) ? .before : .after
        case (.timestamp(let a), .timestamp(let b)): return Order(a, b)
        case (.duration(let a), .duration(let b)): return Order(a, b)
        default: return order(numbers: a, b)
        }
    }

    enum Order {
        case before, same, after
        /// With NaN.
        case none

        init<Number: Comparable>(_ a: Number, _ b: Number) {
            self = a < b ? .before : a > b ? .after : a == b ? .same : .none
        }

        var reversed: Order {
            switch self {
            case .before: .after
            case .after: .before
            case .same, .none: self
            }
        }
    }

    private static func order(numbers a: Value, _ b: Value) -> Order? {
        switch (a, b) {
        // Swift compares integers of different kinds by value.
        case (.int(let a), .int(let b)): Order(a, b)
        case (.uint(let a), .uint(let b)): Order(a, b)
        case (.int(let a), .uint(let b)): a < b ? .before : a == b ? .same : .after
        case (.uint(let a), .int(let b)): a < b ? .before : a == b ? .same : .after
        case (.double(let a), .double(let b)): Order(a, b)
        case (.double(let a), .int(let b)): order(a, b)
        case (.double(let a), .uint(let b)): order(a, b)
        case (.int(let a), .double(let b)): order(b, a).reversed
        case (.uint(let a), .double(let b)): order(b, a).reversed
        default: nil
        }
    }

    /// As doubles, once the double is within the range of the whole numbers: those that are too large to be exact as
    /// doubles equal the nearest one, as CEL's conformance tests have it.
    private static func order<Whole: FixedWidthInteger>(_ a: Double, _ b: Whole) -> Order {
        if a.isNaN { return .none }
        if a < Double(Whole.min) { return .before }
        if a > Double(Whole.max) { return .after }
        return Order(a, Double(b))
    }
}
