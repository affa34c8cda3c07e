import PatchbayJSON
import Synchronization

/// What is known of a `Fields` type: the members' names in order, and its schema. Made once for each type.
final class FieldTable: Sendable {
    let names: [String]
    let schema: JSON
    let layout: FieldLayout

    private static let known = Mutex<[ObjectIdentifier: FieldTable]>([:])

    static func of<Object: Fields>(_ type: Object.Type) -> FieldTable {
        let key = ObjectIdentifier(type)
        if let table = known.withLock({ $0[key] }) { return table }
        let table = FieldTable(type)
        known.withLock { $0[key] = table }
        return table
    }

    private init<Object: Fields>(_: Object.Type) {
        let gathered = FieldDeclarations()
        let prototype = FieldScope.with(gathered) { Object() }
        let declarations = gathered.all
        let children = Array(Mirror(reflecting: prototype).children)
        // A property that is no @Field would be lost on its way through JSON, and one that makes a Fields value of its own
        // would take the members of others.
        precondition(
            children.count == declarations.count && children.allSatisfy { $0.value is any DeclaredField },
            "every stored property of \(Object.self) must be an @Field")
        layout = FieldLayout(of: Object.self, declarations.map(\.place))
        names = zip(children, declarations).map { child, declaration in
            declaration.name ?? snakeCase(String(child.label?.dropFirst() ?? ""))
        }
        precondition(Set(names).count == names.count, "two fields of \(Object.self) have the same name")
        schema = Self.schema(names: names, declarations: declarations)
    }

    private static func schema(names: [String], declarations: [FieldDeclaration]) -> JSON {
        var properties = JSONObject()
        var required: [JSON] = []
        for (name, declaration) in zip(names, declarations) {
            properties[name] = .object(declaration.described)
            if declaration.isRequired { required.append(.string(name)) }
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["additionalProperties"] = false
        return .object(schema)
    }
}

extension FieldDeclaration {
    /// The member's schema with everything that the declaration adds.
    fileprivate var described: JSONObject {
        var described = schema.object ?? [:]
        described["description"] = .string(about)
        for rule in rules {
            switch rule {
            case .range(let range):
                if range.lowerBound != .min { described["minimum"] = .int(Int64(range.lowerBound)) }
                if range.upperBound != .max { described["maximum"] = .int(Int64(range.upperBound)) }
            case .length(let range):
                let isArray = described["type"] == "array"
                if range.lowerBound > 0 {
                    described[isArray ? "minItems" : "minLength"] = .int(Int64(range.lowerBound))
                }
                if range.upperBound != .max {
                    described[isArray ? "maxItems" : "maxLength"] = .int(Int64(range.upperBound))
                }
            case .format(let format):
                described["format"] = .string(format)
            case .multiline:
                described["x-multiline"] = true
            }
        }
        if let fallback { described["default"] = fallback }
        if let example { described["examples"] = [example] }
        return described
    }
}
