import PatchbayJSON

/// One compiled schema.
struct SchemaNode: Sendable {
    /// Its place in the document.
    var place: JSONPointer
    /// In the order in which they are tried: a wrong type ends the matter.
    var rules: [Rule] = []
    /// What a person may call it: its title, else its types.
    var phrase: String?
    /// True for the schema `false`, which no value satisfies.
    var isNever = false

    /// A keyword, or keywords that work together. Schemas are positions among the nodes.
    enum Rule: Sendable {
        case types(ValueKinds)
        case constant(JSON)
        case oneOfValues([JSON])
        case number(NumberRule)
        case length(Bounds)
        case itemCount(Bounds)
        case memberCount(Bounds)
        case uniqueItems
        case items(prefix: [Int], rest: Int?)
        case contains(Int, Bounds)
        case members(Members)
        case names(Int)
        case required([String])
        case dependentRequired([String: [String]])
        case dependentSchemas([String: Int])
        case reference(Int)
        case all([Int])
        case any([Int])
        case exactlyOne([Int])
        case not(Int)
        case condition(test: Int, success: Int?, failure: Int?)
    }

    /// How many there may be.
    struct Bounds: Sendable {
        var least: Int?
        var most: Int?
    }

    /// What stands in the members of an object.
    struct Members: Sendable {
        var named: [String: Int]
        /// For suggestions, in the order of the document.
        var names: [String]
        /// For all that are not named.
        var others: Int?
    }

    /// The schemas that are applied to the same value as this one.
    var inPlace: [Int] {
        rules.flatMap { rule -> [Int] in
            switch rule {
            case .reference(let node), .not(let node): [node]
            case .all(let nodes), .any(let nodes), .exactlyOne(let nodes): nodes
            case .condition(let test, let success, let failure): [test, success, failure].compactMap(\.self)
            case .dependentSchemas(let nodes): Array(nodes.values)
            default: []
            }
        }
    }
}

extension SchemaNode.Rule {
    var isType: Bool {
        if case .types = self { true } else { false }
    }
}
