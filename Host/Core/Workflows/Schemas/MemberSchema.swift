package import PatchbayJSON

/// A member that a reader takes, with what people are told of it. Readers take the names that they know from here, so that
/// a schema never has other members than its reader.
package struct MemberSchema: Sendable {
    package let name: String
    package let isRequired: Bool
    /// The member's JSON Schema, with title, description, default and examples.
    package let json: JSON

    /// `standard` is what an absent member means.
    package init(
        _ name: String, _ title: String, _ about: String, _ shape: ValueShape, required: Bool = false,
        standard: JSON? = nil, examples: [JSON] = []
    ) {
        self.name = name
        isRequired = required
        var json: JSONObject = ["title": .string(title), "description": .string(about)]
        for keyword in shape.keywords { json[keyword.name] = keyword.value }
        if let standard { json["default"] = standard }
        if !examples.isEmpty { json["examples"] = .array(examples) }
        self.json = .object(json)
    }
}

/// What members mean to one another, as parts of a JSON Schema.
package enum MemberRule {
    /// Exactly one of these has to be there.
    package static func oneOf(_ names: [String]) -> JSON {
        ["oneOf": .array(names.map { ["required": [.string($0)]] })]
    }

    /// Where `name` is there, so must be `others`.
    package static func with(_ name: String, needs others: [String]) -> JSON {
        ["dependentRequired": .object([name: .array(others.map(JSON.string))])]
    }

    /// Where `name` is there, `others` must not be.
    package static func with(_ name: String, excludes others: [String]) -> JSON {
        ["dependentSchemas": .object([name: without(others)])]
    }

    /// Where `name` is one of these words, `then`, else `otherwise`.
    package static func when(_ name: String, is words: [String], then: JSON, otherwise: JSON = true) -> JSON {
        let test: JSON = [
            "properties": .object([name: ["enum": .array(words.map(JSON.string))]]), "required": [.string(name)],
        ]
        return ["if": test, "then": then, "else": otherwise]
    }

    package static func needs(_ name: String) -> JSON { ["required": [.string(name)]] }

    package static func without(_ names: [String]) -> JSON {
        ["properties": .object(names.reduce(into: JSONObject()) { $0[$1] = false })]
    }
}
