import PatchbayJSON

/// The types a schema can name.
struct ValueKinds: OptionSet, Sendable {
    var rawValue: UInt8

    static let null = ValueKinds(rawValue: 1 << 0)
    static let boolean = ValueKinds(rawValue: 1 << 1)
    static let integer = ValueKinds(rawValue: 1 << 2)
    static let number = ValueKinds(rawValue: 1 << 3)
    static let string = ValueKinds(rawValue: 1 << 4)
    static let array = ValueKinds(rawValue: 1 << 5)
    static let object = ValueKinds(rawValue: 1 << 6)

    /// Each with its word in a schema and its words in a message, in the order of a message.
    static let named: [(kind: ValueKinds, word: String, phrase: String)] = [
        (.string, "string", "a string"), (.integer, "integer", "an integer"), (.number, "number", "a number"),
        (.boolean, "boolean", "a boolean"), (.object, "object", "an object"), (.array, "array", "an array"),
        (.null, "null", "null"),
    ]

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Nil when no type has that name.
    init?(word: String) {
        guard let named = Self.named.first(where: { $0.word == word }) else { return nil }
        self = named.kind
    }

    /// What the value is: a whole number is both an integer and a number, also when it is written with a fraction of 0.
    init(of value: JSON) {
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .int, .uint: self = [.integer, .number]
        case .double(let double): self = double.rounded(.towardZero) == double ? [.integer, .number] : .number
        case .string: self = .string
        case .array: self = .array
        case .object: self = .object
        }
    }

    /// "a string or null".
    var phrase: String {
        // A number says more than an integer, which is one.
        let shown = contains(.number) ? subtracting(.integer) : self
        return Self.named.filter { shown.contains($0.kind) }.map(\.phrase).joinedForReading(by: "or")
    }
}
