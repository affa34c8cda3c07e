package import PatchbayJSON

/// What a value of a document looks like: keywords of JSON Schema (draft 2020-12) that say what `MemberReader` takes.
package struct ValueShape: Sendable {
    package let keywords: JSONObject

    package init(_ keywords: JSONObject) { self.keywords = keywords }

    package var json: JSON { .object(keywords) }

    /// Any value at all.
    package static let anything = ValueShape([:])
    package static let bool = ValueShape(["type": "boolean"])
    /// An object of the user's own members.
    package static let object = ValueShape(["type": "object"])

    /// As `MemberReader.text`: never empty.
    package static func text(limit: Int = 200) -> ValueShape {
        ValueShape(["type": "string", "minLength": 1, "maxLength": .int(Int64(limit))])
    }

    /// As `MemberReader.integer`.
    package static func integer(_ range: ClosedRange<Int64>) -> ValueShape {
        ValueShape(["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)])
    }

    /// As `MemberReader.word`.
    package static func words<Word: RawRepresentable<String> & CaseIterable>(_: Word.Type) -> ValueShape {
        oneOf(Word.allCases.map(\.rawValue))
    }

    package static func oneOf(_ words: [String]) -> ValueShape {
        ValueShape(["type": "string", "enum": .array(words.map(JSON.string))])
    }

    /// As `DurationText`, which knows an upper limit besides.
    package static let duration = ValueShape(["type": "string", "pattern": .string("^([0-9]+\(units))+$")])

    /// A duration that is not nothing.
    package static let timeout = duration.and(["not": ["pattern": .string("^(0+\(units))+$")]])

    private static let units = "(ms|s|m|h|d)"

    /// A text with an expression in it, whose value is known in a run only.
    package static let template = ValueShape(["type": "string", "pattern": #"\{\{"#])

    /// What an expression has to decide.
    package static let condition = either([bool, template])

    package static func array(of element: ValueShape, count: ClosedRange<Int64>? = nil) -> ValueShape {
        var keywords: JSONObject = ["type": "array", "items": element.json]
        if let count {
            keywords["minItems"] = .int(count.lowerBound)
            keywords["maxItems"] = .int(count.upperBound)
        }
        return ValueShape(keywords)
    }

    /// An object of these members and no others but those of editors, as `MemberReader.refuseUnknown` has it.
    package static func members(_ members: [MemberSchema], rules: [JSON] = []) -> ValueShape {
        var keywords: JSONObject = ["type": "object"]
        keywords["properties"] = .object(members.reduce(into: JSONObject()) { $0[$1.name] = $1.json })
        keywords["patternProperties"] = ["^x-": true]
        keywords["additionalProperties"] = false
        let required = members.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { keywords["required"] = .array(required) }
        if !rules.isEmpty { keywords["allOf"] = .array(rules) }
        return ValueShape(keywords)
    }

    package static func either(_ shapes: [ValueShape]) -> ValueShape {
        ValueShape(["anyOf": .array(shapes.map(\.json))])
    }

    package func and(_ more: JSONObject) -> ValueShape {
        var keywords = keywords
        for member in more { keywords[member.name] = member.value }
        return ValueShape(keywords)
    }
}
