import PatchbayJSON

/// One compiled schema.
struct SchemaNode: Sendable {
    /// Where it stands, among the places of the index.
    var place: Int
    var resource: Int
    /// In the order in which they are tried: a wrong type ends the matter.
    var rules: [Rule] = []
    /// What a person may call it: its title, else its types.
    var phrase: String?
    /// True for the schema `false`, which no value satisfies.
    var isNever = false
    /// Whether it must know which members and elements other keywords have looked at.
    var needsMarks = false

    /// A keyword, or keywords that work together. Schemas are positions among the nodes.
    enum Rule: Sendable {
        case types(ValueKinds)
        case constant(JSON)
        case oneOfValues(Choice)
        case number(NumberRule)
        case length(Bounds)
        case pattern(SchemaPattern)
        case format(Format)
        case itemCount(Bounds)
        case memberCount(Bounds)
        case uniqueItems
        case items(prefix: [Int], rest: Int?)
        case contains(Int, Bounds)
        case members(Members)
        case names(Int)
        case required([String])
        case dependentRequired([String: [String]], keyword: String)
        case dependentSchemas([String: Int])
        case reference(Int)
        /// The number of the name among the dynamic anchors, and the node that it is when no schema around replaces it.
        case dynamicReference(Int, fallback: Int)
        case all([Int])
        case any([Int])
        case exactlyOne([Int])
        case not(Int)
        case condition(test: Int, success: Int?, failure: Int?)
        case unevaluatedItems(Int)
        case unevaluatedMembers(Int)
    }

    /// How many there may be.
    struct Bounds: Sendable {
        var least: Int?
        var most: Int?
    }

    /// The values of an `enum`.
    struct Choice: Sendable {
        var values: [JSON]
        /// For look-ups, when there are too many to be compared one by one.
        var set: Set<JSON>?

        init(_ values: [JSON]) {
            self.values = values
            set = values.count > 8 ? Set(values) : nil
        }
    }

    /// What stands in the members of an object.
    struct Members: Sendable {
        var named: [String: Int]
        /// For suggestions, in the order of the document.
        var names: [String]
        var patterns: [(pattern: SchemaPattern, node: Int)] = []
        /// For all that are neither named nor fit a pattern.
        var others: Int?
    }

    /// The schemas that are applied to the same value as this one, as far as that is known before there is a value.
    var inPlace: [Int] {
        var found: [Int] = []
        for rule in rules {
            switch rule {
            case .reference(let node), .not(let node): found.append(node)
            case .all(let nodes), .any(let nodes), .exactlyOne(let nodes): found += nodes
            case .condition(let test, let success, let failure):
                found += [test, success, failure].compactMap(\.self)
            case .dependentSchemas(let nodes): found += nodes.values.sorted()
            default: break
            }
        }
        return found
    }
}

extension SchemaNode.Rule {
    var isType: Bool {
        if case .types = self { true } else { false }
    }
}
