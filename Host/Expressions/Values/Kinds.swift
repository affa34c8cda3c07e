/// A set of kinds of values, for choosing a function's overload in a run without looking at types.
struct Kinds: OptionSet, Sendable {
    let rawValue: UInt16

    static let null = Kinds(rawValue: 1)
    static let bool = Kinds(rawValue: 1 << 1)
    static let int = Kinds(rawValue: 1 << 2)
    static let uint = Kinds(rawValue: 1 << 3)
    static let double = Kinds(rawValue: 1 << 4)
    static let string = Kinds(rawValue: 1 << 5)
    static let bytes = Kinds(rawValue: 1 << 6)
    static let list = Kinds(rawValue: 1 << 7)
    static let map = Kinds(rawValue: 1 << 8)
    static let type = Kinds(rawValue: 1 << 9)
    static let timestamp = Kinds(rawValue: 1 << 10)
    static let duration = Kinds(rawValue: 1 << 11)
    static let optional = Kinds(rawValue: 1 << 12)
    static let opaque = Kinds(rawValue: 1 << 13)
    static let all = Kinds(rawValue: 0x3FFF)
    /// What `dyn` and a type parameter stand for in a declaration. Opaque values pass only where they are declared, so
    /// that a secret never slips into a function that takes anything.
    static let transparent = Kinds.all.subtracting(.opaque)
}

extension Value {
    var kind: Kinds {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list
        case .map: .map
        case .type: .type
        case .timestamp: .timestamp
        case .duration: .duration
        case .optional: .optional
        case .opaque: .opaque
        }
    }
}

extension ValueType {
    /// The values that a parameter of this type takes in a run.
    var kinds: Kinds {
        switch self {
        case .dyn, .parameter: .transparent
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .timestamp: .timestamp
        case .duration: .duration
        case .list: .list
        case .map, .object: .map
        case .type: .type
        case .optional: .optional
        case .wrapper(let type): type.kinds.union(.null)
        case .opaque: .opaque
        }
    }
}
