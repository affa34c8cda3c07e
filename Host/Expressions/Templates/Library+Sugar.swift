extension Library {
    /// What templates may call: everything, and what sugar is made of.
    static let templates: Library = {
        var library = Library.standard
        for overload in sugar { library.add(overload) }
        return library
    }()

    /// What sugar is made of: `x.length` and `list.find(…)`.
    private static let sugar: [Overload] = [
        .global("@length", id: "length", [.dyn], .dyn) { value, evaluation throws(Fault) in
            switch value {
            case .string(let text):
                try evaluation.budget.take(bytes: text.utf8.count, at: evaluation.offset)
                return .int(Int64(text.unicodeScalars.count))
            case .bytes(let bytes): return .int(Int64(bytes.count))
            case .list(let list): return .int(Int64(list.count))
            case .map(let map):
                if let member = map[.string("length")] { return member }
                throw evaluation.fault(
                    .missing, "\"length\" is not in the map", hint: "size(…) counts the entries of a map")
            default:
                throw evaluation.fault(
                    .type, "\(value.article) has no length", hint: "lists and strings have one")
            }
        },
        .global("@first", id: "first", [.list(.parameter("T"))], .parameter("T")) { value, evaluation throws(Fault) in
            guard case .list(let list) = value else { throw evaluation.noOverload("find", [value]) }
            guard list.count > 0 else {
                throw evaluation.fault(
                    .missing, "find has found no element", hint: "ask with some(x => …) first, or take filter(…)")
            }
            return list[0]
        },
    ]
}
