package import PatchbayJSON

/// What an expression gives while it is evaluated: the values of CEL
/// (https://github.com/google/cel-spec/blob/master/doc/langdef.md#values). JSON that is only passed on is never copied.
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    /// Compared, counted and cut by code points (Unicode scalars).
    case string(String)
    case bytes([UInt8])
    case list(ListValue)
    case map(MapValue)
    /// A type as a value: what `type(x)` gives. Two are equal when their `runtimeName`s are.
    case type(ValueType)
    case timestamp(Instant)
    case duration(TimeSpan)
    /// `optional.of(x)`, and nil for `optional.none()`.
    indirect case optional(Value?)
    /// A value that expressions carry and hand to functions but cannot look into: a secret, an address, a network.
    case opaque(any OpaqueValue)
}

/// A kind of value that the language does not know. A class, so that a `Value` stays small.
package protocol OpaqueValue: AnyObject, Sendable {
    /// What `type(x)` says and what overloads declare: `.opaque(name, [])`.
    var type: ValueType { get }
    /// For `==`; the other is of the same type.
    func isEqual(to other: any OpaqueValue) -> Bool
}

extension Value {
    package init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = .uint(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let value): self = .list(.json(value))
        case .object(let value): self = .map(.json(value))
        }
    }

    /// The type, as far as a value knows it: that of a list is `list(dyn)`.
    package var type: ValueType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .type: .type(.dyn)
        case .timestamp: .timestamp
        case .duration: .duration
        case .optional: .optional(.dyn)
        case .opaque(let value): value.type
        }
    }

    /// The type's name with its article, as messages say it.
    var article: String {
        switch self {
        case .null: "null"
        case .int: "an int"
        case .bytes: "bytes"
        case .timestamp: "a timestamp"
        case .duration: "a duration"
        case .optional: "an optional"
        default: "a \(type.runtimeName)"
        }
    }

    /// What `optional.ofNonZeroValue` takes for nothing.
    var isZero: Bool {
        switch self {
        case .null, .optional(nil): true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let value): value.isEmpty
        case .bytes(let value): value.isEmpty
        case .list(let list): list.count == 0
        case .map(let map): map.count == 0
        case .timestamp(let instant): instant.seconds == 0 && instant.nanos == 0
        case .duration(let span): span.seconds == 0 && span.nanos == 0
        case .type, .optional, .opaque: false
        }
    }
}
