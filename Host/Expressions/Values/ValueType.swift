/// A type of CEL: what the checker finds, what functions declare, and, without its parameters, what `type(x)` gives.
package indirect enum ValueType: Sendable, Hashable {
    /// Anything; what is not known before a run.
    case dyn
    case null, bool, int, uint, double, string, bytes, timestamp, duration
    case list(ValueType)
    /// Keys, values.
    case map(ValueType, ValueType)
    /// A map with members that are known.
    case object(ObjectType)
    /// The type of types: that of `int` as a value is `type(int)`.
    case type(ValueType)
    case optional(ValueType)
    /// A value of the type, or null: `google.protobuf.Int64Value` is `wrapper(int)`.
    case wrapper(ValueType)
    /// A type the language does not know, by its full name: `net.IP`, or with parameters `tuple(int, string)`.
    case opaque(String, [ValueType])
    /// In a declaration, any type that is the same wherever the name stands: `list(T)`.
    case parameter(String)
}

extension ValueType {
    /// What two types as values are compared by, and what they are called in expressions.
    package var runtimeName: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .list: "list"
        case .map, .object: "map"
        case .type: "type"
        case .optional: "optional_type"
        case .wrapper(let type): type.runtimeName
        case .opaque(let name, _), .parameter(let name): name
        }
    }
}

extension ValueType: CustomStringConvertible {
    /// As CEL's own tests write types: `list(int)`, `map(string, dyn)`, `optional_type(int)`, `$T` for a parameter.
    package var description: String {
        switch self {
        case .null: "null"
        case .list(let element): "list(\(element))"
        case .object(let object): object.map.description
        case .map(let key, let value): "map(\(key), \(value))"
        case .type(let type): "type(\(type))"
        case .optional(let type): "optional_type(\(type))"
        case .wrapper(let type): "wrapper(\(type))"
        case .opaque(let name, let parameters):
            parameters.isEmpty ? name : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        case .parameter(let name): "$\(name)"
        default: runtimeName
        }
    }
}
