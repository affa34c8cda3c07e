import ConnectorSDK
import PatchbayJSON

/// A JSON Schema in the shape that structured outputs ask for
/// (https://platform.openai.com/docs/guides/structured-outputs#supported-schemas): the whole is an object, and every object
/// says which members it must have and that it has no others.
struct ExtractionSchema {
    /// What is sent.
    let schema: JSON
    /// Whether the answer stands in a member of its own, because what was asked for is no object.
    let isWrapped: Bool
    /// How deep the vendor lets schemas be, with room to spare; deeper parts stay as they are.
    private static let depth = 32

    /// With `isStrict`, what the author left open is closed: objects without `additionalProperties` get none, and those
    /// without `required` must have all members. What the author said stays as it is.
    init(_ given: JSONObject, isStrict: Bool) {
        let closed = isStrict ? Self.closed(.object(given), Self.depth) : .object(given)
        isWrapped = given["type"]?.string != "object"
        schema = isWrapped ? Self.wrapped(closed.object ?? given) : closed
    }

    private static func wrapped(_ inner: JSONObject) -> JSON {
        var inner = inner
        var outer: JSONObject = ["type": "object"]
        // References into these begin at the whole schema.
        for name in ["$defs", "definitions"] {
            if let definitions = inner.removeValue(named: name) { outer[name] = definitions }
        }
        outer["properties"] = ["entities": .object(inner)]
        outer["required"] = ["entities"]
        outer["additionalProperties"] = false
        return .object(outer)
    }

    /// The entities in an answer; nil when it has not the shape that was asked for.
    func entities(in answer: JSON) -> JSON? {
        isWrapped ? answer["entities"] : answer.object.map(JSON.object)
    }

    private static func closed(_ schema: JSON, _ depth: Int) -> JSON {
        guard depth > 0, var object = schema.object else { return schema }
        for name in ["items", "additionalProperties"] {
            if let inner = object[name] { object[name] = closed(inner, depth - 1) }
        }
        for name in ["anyOf", "allOf", "oneOf", "prefixItems"] {
            if let inner = object[name]?.array { object[name] = .array(inner.map { closed($0, depth - 1) }) }
        }
        for name in ["properties", "$defs", "definitions"] {
            guard var members = object[name]?.object else { continue }
            for member in members { members[member.name] = closed(member.value, depth - 1) }
            object[name] = .object(members)
        }
        if let properties = object["properties"]?.object {
            if object["additionalProperties"] == nil { object["additionalProperties"] = false }
            if object["required"] == nil { object["required"] = .array(properties.names.map(JSON.string)) }
        }
        return .object(object)
    }
}
