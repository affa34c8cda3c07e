extension Library {
    /// Lists as sets, by the language's equality: `1`, `1u` and `1.0` are one element.
    static let sets: [Overload] = [
        .binary("sets.contains", id: "list_sets_contains_list") {
            (list: ListValue, part: ListValue, evaluation) throws(Fault) in
            try evaluation.contains(list, part)
        },
        .binary("sets.equivalent", id: "list_sets_equivalent_list") {
            (a: ListValue, b: ListValue, evaluation) throws(Fault) in
            guard try evaluation.contains(a, b) else { return false }
            return try evaluation.contains(b, a)
        },
        .binary("sets.intersects", id: "list_sets_intersects_list") {
            (a: ListValue, b: ListValue, evaluation) throws(Fault) in
            let elements = b.elements
            for element in a.elements where try evaluation.isFound(element, in: elements) { return true }
            return false
        },
    ]
}

extension Evaluation {
    /// Whether the list has all elements of the other.
    fileprivate mutating func contains(_ list: ListValue, _ part: ListValue) throws(Fault) -> Bool {
        let elements = list.elements
        for element in part.elements where try !isFound(element, in: elements) { return false }
        return true
    }

    mutating func isFound(_ value: Value, in elements: [Value]) throws(Fault) -> Bool {
        for element in elements where try Comparison.areEqual(value, element, &budget, at: offset) { return true }
        return false
    }
}
