package import PatchbayJSON

/// Something in a value that its schema does not allow.
package struct SchemaViolation: Equatable, Sendable {
    /// Where it is in the value. A missing member is a violation of the object that lacks it.
    package var instance: JSONPointer
    /// The keyword that is not met, in the document it stands in.
    package var schema: JSONPointer
    /// The way to that keyword from the outermost schema, through every `$ref` that was followed.
    package var keyword: JSONPointer
    /// The keyword as a URI: of the nearest `$id` around it, with a pointer from there. A pointer alone, `#/type`, when
    /// nothing around it has a URI.
    package var location: String
    /// What is wrong and what is needed, for people: `"count" is a string, needs an integer`. Texts of the value never
    /// stand in it, only names of members, kinds and numbers.
    package var message: String
    /// What would be right, when that can be guessed: `did you mean "channel"?`
    package var hint: String?

    package init(
        instance: JSONPointer, schema: JSONPointer, keyword: JSONPointer, location: String, message: String,
        hint: String? = nil
    ) {
        self.instance = instance
        self.schema = schema
        self.keyword = keyword
        self.location = location
        self.message = message
        self.hint = hint
    }

    /// As the standard's output formats have it (JSON Schema Core, 12.3): `instanceLocation`, `keywordLocation`,
    /// `absoluteKeywordLocation`, `error`; and `hint` when there is one.
    package var json: JSON {
        var json: JSONObject = [
            "instanceLocation": .string(instance.description), "keywordLocation": .string(keyword.description),
            "absoluteKeywordLocation": .string(location), "error": .string(message),
        ]
        if let hint { json["hint"] = .string(hint) }
        return .object(json)
    }
}
