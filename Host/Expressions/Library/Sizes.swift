extension Library {
    /// `size(x)` and `x.size()`: code points of a string, bytes, elements of a list, entries of a map.
    static let sizes: [Overload] = [
        size("string", .string) { value, evaluation throws(Fault) in
            guard case .string(let text) = value else { throw evaluation.noOverload("size", [value]) }
            try evaluation.budget.take(bytes: text.utf8.count, at: evaluation.offset)
            return .int(Int64(text.unicodeScalars.count))
        },
        size("bytes", .bytes) { value, evaluation throws(Fault) in
            guard case .bytes(let bytes) = value else { throw evaluation.noOverload("size", [value]) }
            return .int(Int64(bytes.count))
        },
        size("list", .list(.parameter("A"))) { value, evaluation throws(Fault) in
            guard case .list(let list) = value else { throw evaluation.noOverload("size", [value]) }
            return .int(Int64(list.count))
        },
        size("map", .map(.parameter("A"), .parameter("B"))) { value, evaluation throws(Fault) in
            guard case .map(let map) = value else { throw evaluation.noOverload("size", [value]) }
            return .int(Int64(map.count))
        },
    ].flatMap { [$0, $0.also("size", id: "\($0.id)_receiver", .receiver)] }

    private static func size(
        _ kind: String, _ type: ValueType,
        _ body: @escaping @Sendable (Value, inout Evaluation) throws(Fault) -> Value
    ) -> Overload { .global("size", id: "size_\(kind)", [type], .int, body) }
}
