import PatchbayJSON

/// What a JSON value looks like: JSON Schema (draft 2020-12), which OpenAPI 3.1 takes as it is.
struct Shape: Sendable {
    var schema: JSONObject

    init(_ schema: JSONObject) { self.schema = schema }

    typealias Members = KeyValuePairs<String, Shape>

    static let any = Shape([:])
    static let null = Shape(["type": "null"])
    static let text = Shape(["type": "string"])
    static let bool = Shape(["type": "boolean"])
    static let whole = Shape(["type": "integer"])
    static let number = Shape(["type": "number"])
    /// RFC 3339 in UTC.
    static let time = Shape(["type": "string", "format": "date-time"])
    static let uri = Shape(["type": "string", "format": "uri"])
    static let object = Shape(["type": "object"])

    static func text(_ lengths: ClosedRange<Int>) -> Shape {
        Shape([
            "type": "string", "minLength": .int(Int64(lengths.lowerBound)),
            "maxLength": .int(Int64(lengths.upperBound)),
        ])
    }

    static func whole(_ range: ClosedRange<Int64>) -> Shape {
        Shape(["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)])
    }

    /// An identifier such as `wf_01kanjw3c0e7k8e6k5v7xq2m9r`.
    static func id(_ prefix: String) -> Shape {
        Shape(["type": "string", "pattern": .string("^\(prefix)_[0-9a-hjkmnp-tv-z]{26}$")])
    }

    static func words(_ words: some Sequence<String>) -> Shape {
        Shape(["type": "string", "enum": .array(words.map(JSON.string))])
    }

    static func words<Word: CaseIterable & RawRepresentable<String>>(of _: Word.Type) -> Shape {
        words(Word.allCases.map(\.rawValue))
    }

    static func list(of item: Shape) -> Shape { Shape(["type": "array", "items": .object(item.schema)]) }

    static func map(to value: Shape) -> Shape {
        Shape(["type": "object", "additionalProperties": .object(value.schema)])
    }

    /// What an answer holds: exactly these members, unless it is open.
    static func object(_ members: Members, optional: Members = [:], isOpen: Bool = false) -> Shape {
        var properties: JSONObject = [:]
        for (name, shape) in members { properties[name] = .object(shape.schema) }
        for (name, shape) in optional { properties[name] = .object(shape.schema) }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !members.isEmpty { schema["required"] = .array(members.map { .string($0.key) }) }
        if !isOpen { schema["additionalProperties"] = false }
        return Shape(schema)
    }

    /// What a request brings: members of editors (`x-…`) are taken and ignored, and null counts as absent.
    static func body(_ members: Members = [:], optional: Members = [:]) -> Shape {
        var shape = object(members)
        var properties = shape.schema["properties"]?.object ?? [:]
        for (name, member) in optional { properties[name] = .object(member.orNull.schema) }
        shape.schema["properties"] = .object(properties)
        shape.schema["patternProperties"] = ["^x-": [:]]
        return shape
    }

    /// With further members that may be left out.
    func adding(_ optional: Members) -> Shape {
        var shape = self
        var properties = schema["properties"]?.object ?? [:]
        for (name, member) in optional { properties[name] = .object(member.orNull.schema) }
        shape.schema["properties"] = .object(properties)
        return shape
    }

    static func either(_ shapes: Shape...) -> Shape { Shape(["anyOf": .array(shapes.map { .object($0.schema) })]) }

    static func ref(_ name: String) -> Shape { Shape(["$ref": .string("#/components/schemas/\(name)")]) }

    /// `{"items", "next_cursor"}`, as all lists are.
    static func page(of item: Shape) -> Shape {
        .object(["items": .list(of: item), "next_cursor": .text.orNull])
    }

    var orNull: Shape {
        if schema.isEmpty { return self }
        guard let type = schema["type"]?.string, schema["enum"] == nil else { return .either(self, .null) }
        var shape = self
        shape.schema["type"] = [.string(type), "null"]
        return shape
    }

    func about(_ text: String) -> Shape {
        var shape = self
        shape.schema["description"] = .string(text)
        return shape
    }
}
