import PatchbayJSON

/// What an expression gives while it is evaluated: CEL's types. JSON that is only passed on is never copied.
enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case list(ListValue)
    case map(MapValue)

    /// CEL's name of the type.
    var type: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .list: "list"
        case .map: "map"
        }
    }

    /// With its article, as messages say it.
    var article: String {
        switch self {
        case .null: "null"
        case .int: "an int"
        default: "a \(type)"
        }
    }

    init(_ json: JSON) {
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
}

/// A list, as it came from JSON or as an expression made it.
enum ListValue: Sendable {
    case json([JSON])
    case values([Value])

    var count: Int {
        switch self {
        case .json(let elements): elements.count
        case .values(let elements): elements.count
        }
    }

    subscript(index: Int) -> Value {
        switch self {
        case .json(let elements): Value(elements[index])
        case .values(let elements): elements[index]
        }
    }
}

/// A map, as it came from JSON or as an expression made it.
enum MapValue: Sendable {
    case json(JSONObject)
    case entries(Entries)

    struct Entries: Sendable {
        private(set) var keys: [MapKey] = []
        private(set) var values: [MapKey: Value] = [:]

        /// False when the key is there already.
        mutating func insert(_ value: Value, for key: MapKey) -> Bool {
            guard values.updateValue(value, forKey: key) == nil else { return false }
            keys.append(key)
            return true
        }
    }

    var count: Int {
        switch self {
        case .json(let object): object.count
        case .entries(let entries): entries.keys.count
        }
    }

    var keys: [MapKey] {
        switch self {
        case .json(let object): object.map { .string($0.name) }
        case .entries(let entries): entries.keys
        }
    }

    subscript(key: MapKey) -> Value? {
        switch self {
        case .json(let object):
            guard case .string(let name) = key else { return nil }
            return object[name].map(Value.init)
        case .entries(let entries): return entries.values[key]
        }
    }
}

/// What can be a map's key. Whole numbers of any kind are one key when their values are equal.
enum MapKey: Sendable {
    case bool(Bool)
    case int(Int64)
    /// Above `Int64.max`.
    case uint(UInt64)
    case string(String)

    /// Nil for a value of another type, and for doubles with a fraction.
    init?(_ value: Value) {
        switch value {
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = Int64(exactly: value).map(MapKey.int) ?? .uint(value)
        case .double(let value):
            if let whole = Int64(exactly: value) {
                self = .int(whole)
            } else if let whole = UInt64(exactly: value) {
                self = .uint(whole)
            } else {
                return nil
            }
        case .string(let value): self = .string(value)
        case .null, .list, .map: return nil
        }
    }

    /// As a member's name in JSON.
    var name: String {
        switch self {
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)"
        case .string(let value): value
        }
    }
}

extension MapKey: Hashable {
    /// Strings are compared byte by byte, as JSON's names are.
    static func == (a: MapKey, b: MapKey) -> Bool {
        switch (a, b) {
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.uint(let a), .uint(let b)): a == b
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        default: false
        }
    }

    func hash(into hasher: inout Hasher) {
        switch self {
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .uint(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        }
    }
}
