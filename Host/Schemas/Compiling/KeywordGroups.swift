import PatchbayJSON

/// Which keywords a schema has, so that those it lacks need not be looked for.
struct KeywordGroups: OptionSet {
    var rawValue: UInt16

    /// `$id`, `$anchor`, `$dynamicAnchor`, `$schema`.
    static let names = KeywordGroups(rawValue: 1 << 0)
    /// Other keywords of the core that only their shape is known of.
    static let core = KeywordGroups(rawValue: 1 << 1)
    static let references = KeywordGroups(rawValue: 1 << 2)
    static let metaData = KeywordGroups(rawValue: 1 << 3)
    static let content = KeywordGroups(rawValue: 1 << 4)
    static let format = KeywordGroups(rawValue: 1 << 5)
    static let types = KeywordGroups(rawValue: 1 << 6)
    static let values = KeywordGroups(rawValue: 1 << 7)
    static let numbers = KeywordGroups(rawValue: 1 << 8)
    static let texts = KeywordGroups(rawValue: 1 << 9)
    static let counts = KeywordGroups(rawValue: 1 << 10)
    static let children = KeywordGroups(rawValue: 1 << 11)
    static let inPlace = KeywordGroups(rawValue: 1 << 12)
    static let unevaluated = KeywordGroups(rawValue: 1 << 13)

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    init(of keywords: JSONObject) {
        self = keywords.reduce(into: []) { $0.formUnion(Self.known[$1.name] ?? []) }
    }

    private static let known: [String: KeywordGroups] = {
        let groups: [(KeywordGroups, [String])] = [
            (.names, ["$id", "$schema", "$anchor", "$dynamicAnchor"]),
            (.core, ["$comment", "$defs", "definitions", "$vocabulary"]),
            (.references, ["$ref", "$dynamicRef"]),
            (.metaData, ["title", "description", "deprecated", "readOnly", "writeOnly", "examples"]),
            (.content, ["contentEncoding", "contentMediaType"]),
            (.format, ["format"]),
            (.types, ["type"]),
            (.values, ["const", "enum"]),
            (.numbers, ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
            (.texts, ["minLength", "maxLength", "pattern"]),
            (
                .counts,
                [
                    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "required",
                    "dependentRequired", "minContains", "maxContains",
                ]
            ),
            (
                .children,
                [
                    "items", "prefixItems", "contains", "properties", "patternProperties", "additionalProperties",
                    "propertyNames",
                ]
            ),
            (
                .inPlace,
                [
                    "dependentSchemas", "dependencies", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
                ]
            ),
            (.unevaluated, ["unevaluatedItems", "unevaluatedProperties"]),
        ]
        return Dictionary(uniqueKeysWithValues: groups.flatMap { group, names in names.map { ($0, group) } })
    }()
}
