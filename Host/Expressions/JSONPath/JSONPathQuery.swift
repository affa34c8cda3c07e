import PatchbayJSON

/// A query, read.
struct JSONPathQuery: Sendable {
    /// Whether it begins at the document (`$`), not at the value a filter looks at (`@`).
    var isAbsolute: Bool
    var segments: [Segment] = []

    struct Segment: Sendable {
        /// Whether it applies to all values inside, too (`..`).
        var isDescendant = false
        var selectors: [Selector]
    }

    enum Selector: Sendable {
        case name(String)
        case wildcard
        case index(Int)
        case slice(start: Int?, end: Int?, step: Int)
        case filter(Condition)
    }

    indirect enum Condition: Sendable {
        case any([Condition])
        case all([Condition])
        case not(Condition)
        case comparison(Operand, Comparison, Operand)
        case exists(JSONPathQuery)
        case function(FunctionCall)
    }

    enum Comparison: Sendable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    }

    /// One value, or nothing.
    indirect enum Operand: Sendable {
        case literal(JSON)
        /// Its query selects at most one.
        case query(JSONPathQuery)
        case function(FunctionCall)
    }

    /// A function with its arguments, whose types are right.
    enum FunctionCall: Sendable {
        case length(Operand)
        case count(JSONPathQuery)
        case value(JSONPathQuery)
        case regularExpression(text: Operand, JSONPathPattern, isWhole: Bool)
    }

    /// Whether it selects at most one value, whatever the document.
    var isSingular: Bool {
        segments.allSatisfy { segment in
            guard !segment.isDescendant, segment.selectors.count == 1 else { return false }
            switch segment.selectors[0] {
            case .name, .index: return true
            case .wildcard, .slice, .filter: return false
            }
        }
    }
}

/// The regular expression of `match` or `search`.
enum JSONPathPattern: Sendable {
    /// Stands in the query. Nil when it is none: then nothing matches, as the RFC has it.
    case compiled(InteroperablePattern?)
    /// Comes from the document.
    case computed(JSONPathQuery.Operand)
}
