extension Library {
    /// The `lists` extension, and `first` and `last` of the optionals' library. (`sortBy` is a macro.)
    static let lists: [Overload] = [
        .ternary("slice", id: "list_slice", .receiver, result: .list(.parameter("T"))) {
            (list: ListValue, start: Int64, end: Int64, evaluation) throws(Fault) in
            guard start >= 0, start <= end, end <= list.count else {
                throw evaluation.fault(
                    .value, "slice(\(start), \(end)) is no part of a list of \(list.count) elements",
                    hint: "the start is the first position, 0 or more; the end is the one after the last")
            }
            try evaluation.make(elements: Int(end - start))
            return list.part(Int(start)..<Int(end))
        },
        .unary(
            "flatten", id: "list_flatten", .receiver, types: [.list(.list(.parameter("T")))],
            result: .list(.parameter("T"))
        ) {
            (list: ListValue, evaluation) throws(Fault) in
            ListValue.values(try evaluation.flattened(list, 1))
        },
        .binary("flatten", id: "list_flatten_int", .receiver, types: [.list(.dyn), .int], result: .list(.dyn)) {
            (list: ListValue, depth: Int64, evaluation) throws(Fault) in
            guard depth >= 0 else {
                throw evaluation.fault(.value, "flatten(\(depth)) makes no sense", hint: "the depth is 0 or more")
            }
            return ListValue.values(try evaluation.flattened(list, Int(clamping: depth)))
        },
        .unary("lists.range", id: "lists_range", result: .list(.int)) { (count: Int64, evaluation) throws(Fault) in
            guard count > 0 else { return ListValue.values([]) }
            try evaluation.make(elements: Int(clamping: count))
            return .values((0..<count).map { .int($0) })
        },
        .unary("reverse", id: "list_reverse", .receiver) { (list: ListValue, evaluation) throws(Fault) in
            try evaluation.make(elements: list.count)
            return ListValue.values(list.elements.reversed())
        },
        .unary("distinct", id: "list_distinct", .receiver) { (list: ListValue, evaluation) throws(Fault) in
            ListValue.values(try evaluation.distinct(list))
        },
        .unary("sort", id: "list_sort", .receiver) { (list: ListValue, evaluation) throws(Fault) in
            let elements = list.elements
            try evaluation.make(elements: elements.count)
            let positions = try Comparison.positions(ofSorted: elements, &evaluation.budget, at: evaluation.offset)
            return ListValue.values(positions.map { elements[$0] })
        },
        .unary("first", id: "list_first", .receiver, result: .optional(.parameter("T"))) {
            (list: ListValue, _) throws(Fault) in
            Value.optional(list.count == 0 ? nil : list[0])
        },
        .unary("last", id: "list_last", .receiver, result: .optional(.parameter("T"))) {
            (list: ListValue, _) throws(Fault) in
            Value.optional(list.count == 0 ? nil : list[list.count - 1])
        },
    ]
}

extension ListValue {
    /// The positions must be in the list.
    fileprivate func part(_ range: Range<Int>) -> ListValue {
        switch self {
        case .json(let elements): .json(Array(elements[range]))
        case .values(let elements): .values(Array(elements[range]))
        }
    }
}

extension Evaluation {
    /// With the elements of lists in it in their place, that many levels deep.
    fileprivate mutating func flattened(_ list: ListValue, _ depth: Int) throws(Fault) -> [Value] {
        var result: [Value] = []
        // Walked with an own stack: lists may be nested deeper than calls may be.
        var open: [(list: ListValue, next: Int)] = [(list, 0)]
        while let (list, next) = open.last {
            guard next < list.count else {
                open.removeLast()
                continue
            }
            try make(elements: 1)
            open[open.count - 1].next += 1
            if case .list(let inner) = list[next], open.count <= depth {
                open.append((inner, 0))
            } else {
                result.append(list[next])
            }
        }
        return result
    }

    /// Keys are found by hashing; other values are compared with each other.
    fileprivate mutating func distinct(_ list: ListValue) throws(Fault) -> [Value] {
        var (result, others): ([Value], [Value]) = ([], [])
        var keys: Set<MapKey> = []
        for element in list.elements {
            try make(elements: 1)
            if case .string(let text) = element { try budget.take(bytes: text.utf8.count, at: offset) }
            if let key = MapKey(element) {
                guard keys.insert(key).inserted else { continue }
            } else {
                guard try !isFound(element, in: others) else { continue }
                others.append(element)
            }
            result.append(element)
        }
        return result
    }
}
