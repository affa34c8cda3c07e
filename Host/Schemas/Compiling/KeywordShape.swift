/// How schemas stand in the value of a keyword.
enum KeywordShape {
    /// The value is a schema.
    case schema
    /// An array of schemas.
    case list
    /// An object whose members are schemas.
    case members
    /// An object whose members are schemas or arrays of names.
    case dependencies

    /// The keywords in whose values schemas stand, with the vocabulary that they belong to; none for the core.
    static let known: [String: (shape: KeywordShape, vocabulary: Vocabularies)] = [
        "$defs": (.members, []), "definitions": (.members, []),
        "properties": (.members, .applicator), "patternProperties": (.members, .applicator),
        "additionalProperties": (.schema, .applicator), "propertyNames": (.schema, .applicator),
        "dependentSchemas": (.members, .applicator), "dependencies": (.dependencies, .applicator),
        "prefixItems": (.list, .applicator), "items": (.schema, .applicator), "contains": (.schema, .applicator),
        "allOf": (.list, .applicator), "anyOf": (.list, .applicator), "oneOf": (.list, .applicator),
        "not": (.schema, .applicator), "if": (.schema, .applicator), "then": (.schema, .applicator),
        "else": (.schema, .applicator),
        "unevaluatedItems": (.schema, .unevaluated), "unevaluatedProperties": (.schema, .unevaluated),
        "contentSchema": (.schema, .content),
    ]
}
