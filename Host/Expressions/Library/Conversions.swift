import PatchbayCore

extension Library {
    /// `int(x)`, `uint(x)`, `double(x)`, `string(x)`, `bytes(x)`, `bool(x)`, `type(x)`, `dyn(x)`, but for times.
    static let conversions: [Overload] =
        basics
        + whole(.int, Int64.self) { .int($0) } + whole(.uint, UInt64.self) { .uint($0) } + doubles + texts

    private static let basics: [Overload] =
        [
            .global("type", id: "type", [.parameter("A")], .type(.parameter("A"))) { value, _ throws(Fault) in
                .type(value.type)
            },
            .global("dyn", id: "to_dyn", [.parameter("A")], .dyn) { value, _ throws(Fault) in value },
            .global("bool", id: "bool_to_bool", [.bool], .bool) { value, _ throws(Fault) in value },
            .global("bool", id: "string_to_bool", [.string], .bool) { value, evaluation throws(Fault) in
                guard case .string(let text) = value else { throw evaluation.noOverload("bool", [value]) }
                switch text {
                case "true", "True", "TRUE", "t", "1": return .bool(true)
                case "false", "False", "FALSE", "f", "0": return .bool(false)
                default: throw evaluation.fault(.value, "\(text.quoted) is neither \"true\" nor \"false\"")
                }
            },
        ]

    /// `int(x)` and `uint(x)`.
    private static func whole<Whole: FixedWidthInteger & Sendable>(
        _ type: ValueType, _: Whole.Type, _ value: @escaping @Sendable (Whole) -> Value
    ) -> [Overload] {
        let name = type.runtimeName
        let article = name == "int" ? "an int" : "a uint"
        func conversion(
            _ parameter: ValueType, _ body: @escaping @Sendable (Value) throws(Fault) -> Whole?
        ) -> Overload {
            .global(name, id: "\(parameter)_to_\(name)64", [parameter], type) { from, evaluation throws(Fault) in
                if let whole = try body(from) { return value(whole) }
                guard let shown = from.scalarText else { throw evaluation.noOverload(name, [from]) }
                if case .string = from {
                    throw evaluation.fault(.value, "\(shown.quoted) is no whole number that fits \(article)")
                }
                throw evaluation.fault(.value, "\(shown) does not fit \(article)")
            }
        }
        return [
            conversion(.int) { if case .int(let number) = $0 { Whole(exactly: number) } else { nil } },
            conversion(.uint) { if case .uint(let number) = $0 { Whole(exactly: number) } else { nil } },
            conversion(.double) {
                guard case .double(let number) = $0 else { return nil }
                // The least int is out of range too, as CEL's conformance tests have it: doubles near it are not exact.
                let whole = Whole(exactly: number.rounded(.towardZero))
                return Whole.isSigned && whole == .min ? nil : whole
            },
            conversion(.string) {
                guard case .string(let text) = $0, !text.hasPrefix("+") else { return nil }
                return Whole(text)
            },
        ]
    }

    private static let doubles: [Overload] = [
        .global("double", id: "double_to_double", [.double], .double) { value, _ throws(Fault) in value },
        .global("double", id: "int64_to_double", [.int], .double) { value, evaluation throws(Fault) in
            guard case .int(let number) = value else { throw evaluation.noOverload("double", [value]) }
            return .double(Double(number))
        },
        .global("double", id: "uint64_to_double", [.uint], .double) { value, evaluation throws(Fault) in
            guard case .uint(let number) = value else { throw evaluation.noOverload("double", [value]) }
            return .double(Double(number))
        },
        .global("double", id: "string_to_double", [.string], .double) { value, evaluation throws(Fault) in
            guard case .string(let text) = value else { throw evaluation.noOverload("double", [value]) }
            if text.utf8.count <= 1_000, let number = Double(text) { return .double(number) }
            throw evaluation.fault(.value, "\(text.quoted) is no number")
        },
    ]

    private static let texts: [Overload] =
        [ValueType.null, .bool, .int, .uint, .double, .string].map { type in
            .global("string", id: "\(type)_to_string", [type], .string) { value, evaluation throws(Fault) in
                guard let text = value.scalarText else { throw evaluation.noOverload("string", [value]) }
                return .string(text)
            }
        } + [
            .global("string", id: "bytes_to_string", [.bytes], .string) { value, evaluation throws(Fault) in
                guard case .bytes(let bytes) = value else { throw evaluation.noOverload("string", [value]) }
                try evaluation.budget.take(bytes: bytes.count, at: evaluation.offset)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw evaluation.fault(.value, "the bytes are no UTF-8 text")
                }
                return .string(text)
            },
            .global("bytes", id: "bytes_to_bytes", [.bytes], .bytes) { value, _ throws(Fault) in value },
            .global("bytes", id: "string_to_bytes", [.string], .bytes) { value, evaluation throws(Fault) in
                guard case .string(let text) = value else { throw evaluation.noOverload("bytes", [value]) }
                try evaluation.budget.take(bytes: text.utf8.count, at: evaluation.offset)
                return .bytes(Array(text.utf8))
            },
        ]
}
