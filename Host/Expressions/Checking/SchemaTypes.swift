import PatchbayCore
package import PatchbayJSON

/// The type that a JSON Schema (2020-12) promises, as far as types can say it; `dyn` for everything else, so that a check never
/// refuses what the schema allows.
package struct SchemaTypes {
    /// Schemas inside one another, and schemas in all; what is beyond is of any type.
    private static let deepest = 40
    private static let most = 5_000

    private let root: JSON
    private var left = most

    private init(_ root: JSON) { self.root = root }

    /// What values are, for messages; only objects keep it, and so it is put together for these only.
    private typealias Origin = () -> String

    /// - Parameter origin: what the values are, for messages: `the output of "get_user"`.
    package static func type(of schema: JSON, origin: String) -> ValueType {
        var reader = SchemaTypes(schema)
        return reader.type(schema, { origin }, level: 0)
    }

    private mutating func type(_ schema: JSON, _ origin: Origin, level: Int) -> ValueType {
        left -= 1
        guard level < Self.deepest, left > 0, let keywords = schema.object else { return .dyn }
        if let reference = keywords["$ref"]?.string {
            guard keywords.count == 1, let target = referred(reference) else { return .dyn }
            return type(target, origin, level: level + 1)
        }
        // What these say is not known before a value is there.
        for keyword in ["allOf", "if", "$dynamicRef"] where keywords[keyword] != nil { return .dyn }
        for keyword in ["anyOf", "oneOf"] {
            guard let branches = keywords[keyword]?.array else { continue }
            guard keywords["type"] == nil, keywords["properties"] == nil else { return .dyn }
            var types: [ValueType] = []
            for branch in branches { types.append(type(branch, origin, level: level + 1)) }
            return Self.either(types)
        }
        let names = keywords["type"].map { $0.array?.compactMap(\.string) ?? [$0.string ?? ""] } ?? []
        var types: [ValueType] = []
        for name in names { types.append(named(name, keywords, origin, level: level)) }
        return Self.either(types)
    }

    private mutating func named(_ name: String, _ keywords: JSONObject, _ origin: Origin, level: Int) -> ValueType {
        switch name {
        case "string": return .string
        case "boolean": return .bool
        case "null": return .null
        case "array":
            guard keywords["prefixItems"] == nil, let items = keywords["items"] else { return .list(.dyn) }
            return .list(type(items, { "an element of \(origin())" }, level: level + 1))
        case "object": return object(keywords, origin, level: level)
        // A number may come as an int or as a double, also where the schema says integer (1.0 is one).
        default: return .dyn
        }
    }

    private mutating func object(_ keywords: JSONObject, _ origin: Origin, level: Int) -> ValueType {
        let required = Set(keywords["required"]?.array?.compactMap(\.string) ?? [])
        var members: [String: ObjectType.Member] = [:]
        for property in keywords["properties"]?.object ?? JSONObject() {
            let found = type(property.value, { "\"\(property.name)\" of \(origin())" }, level: level + 1)
            members[property.name] = .init(found, isRequired: required.contains(property.name))
        }
        return .object(ObjectType(members, others: others(keywords, origin, level: level), origin: origin()))
    }

    /// Nil when there are no members but those in `properties`.
    private mutating func others(_ keywords: JSONObject, _ origin: Origin, level: Int) -> ValueType? {
        guard keywords["patternProperties"] == nil else { return .dyn }
        switch keywords["additionalProperties"] ?? keywords["unevaluatedProperties"] {
        case nil, .bool(true): return .dyn
        case .bool(false): return nil
        case let schema?: return type(schema, { "a member of \(origin())" }, level: level + 1)
        }
    }

    /// A reference into the same document; to others nil.
    private func referred(_ reference: String) -> JSON? {
        if reference == "#" { return root }
        guard reference.hasPrefix("#/"), let pointer = JSONPointer(String(reference.dropFirst())) else {
            return nil
        }
        return root.value(at: pointer)
    }

    /// What is one of several; with null it is a wrapper.
    private static func either(_ types: [ValueType]) -> ValueType {
        let others = types.filter { $0 != .null }
        guard let first = others.first else { return types.isEmpty ? .dyn : .null }
        guard first != .dyn, others.allSatisfy({ $0 == first }) else { return .dyn }
        return others.count == types.count ? first : .wrapper(first)
    }
}

extension SchemaTypes {
    /// The type of values like a sample: members may be missing, others may come, everything may be null, and a number may be
    /// of any kind.
    package static func type(like sample: JSON, origin: String) -> ValueType {
        type(like: sample, { origin }, level: 0)
    }

    private static func type(like sample: JSON, _ origin: Origin, level: Int) -> ValueType {
        guard level < deepest else { return .dyn }
        switch sample {
        case .string: return .wrapper(.string)
        case .bool: return .wrapper(.bool)
        case .array(let elements):
            let types = elements.prefix(50).map { type(like: $0, { "an element of \(origin())" }, level: level + 1) }
            return .list(either(types))
        case .object(let object):
            var members: [String: ObjectType.Member] = [:]
            for member in object {
                let found = type(like: member.value, { "\"\(member.name)\" of \(origin())" }, level: level + 1)
                members[member.name] = .init(found, isRequired: false)
            }
            return .object(ObjectType(members, others: .dyn, origin: origin()))
        default: return .dyn
        }
    }

    /// The type of a value that is known: all of its members are there, and no others.
    static func type(being value: JSON, origin: String) -> ValueType { type(being: value, { origin }, level: 0) }

    private static func type(being value: JSON, _ origin: Origin, level: Int) -> ValueType {
        guard level < deepest else { return .dyn }
        switch value {
        case .null: return .null
        case .string: return .string
        case .bool: return .bool
        case .array(let elements):
            return list(elements.prefix(50).map { type(being: $0, { "an element of \(origin())" }, level: level + 1) })
        case .object(let object):
            var members: [String: ObjectType.Member] = [:]
            for member in object {
                members[member.name] = .init(
                    type(being: member.value, { "\(member.name.quoted) of \(origin())" }, level: level + 1))
            }
            return .object(ObjectType(members, others: nil, origin: origin()))
        default: return .dyn
        }
    }

    static func list(_ elements: [ValueType]) -> ValueType { .list(elements.isEmpty ? .dyn : either(elements)) }
}
