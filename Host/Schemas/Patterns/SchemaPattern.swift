import PatchbayPatterns

/// A pattern of a schema, compiled.
struct SchemaPattern: Sendable {
    /// As the schema has it.
    let text: String
    /// How large it has become; at least 1.
    let size: Int
    private let conditions: [Condition]

    private struct Condition {
        var pattern: Pattern
        var isNegated: Bool
    }

    /// A search takes half a second at worst, for an expression that is made to be slow.
    private static let limits = PatternLimits(memory: 4 << 20, search: 1 << 26)

    init(_ text: String) throws(PatternRefusal) {
        self.text = text
        var conditions: [Condition] = []
        for condition in try ECMAScriptPattern(text).conditions {
            do throws(PatternError) {
                let pattern = try Pattern(condition.expression, limits: Self.limits)
                conditions.append(Condition(pattern: pattern, isNegated: condition.isNegated))
            } catch {
                throw PatternRefusal("cannot be matched: \(error.message)")
            }
        }
        self.conditions = conditions
        size = conditions.reduce(0) { $0 + $1.pattern.programSize }
    }

    /// Steps that a search of so many bytes counts as.
    func cost(of bytes: Int) -> Int { bytes >> 6 + (bytes * size) >> 14 }

    /// Whether some part of the text matches; nil when the text is too long to say.
    func matches(_ text: String) -> Bool? {
        for condition in conditions {
            guard let matches = try? condition.pattern.matches(anywhere: text) else { return nil }
            if matches == condition.isNegated { return false }
        }
        return true
    }
}

/// The patterns of one schema: each is compiled once, and together they may cost only so much.
struct PatternSet {
    private var known: [String: SchemaPattern] = [:]
    private var size = 0

    /// Instructions and bytes of text; compiling that much takes some 100 milliseconds.
    private static let limit = 60_000

    mutating func pattern(_ text: String) throws(PatternRefusal) -> SchemaPattern {
        if let pattern = known[text] { return pattern }
        guard size <= Self.limit else {
            throw PatternRefusal("is left out, since the patterns of this schema are too large together")
        }
        size += text.utf8.count
        do throws(PatternRefusal) {
            let pattern = try SchemaPattern(text)
            size += pattern.size
            known[text] = pattern
            return pattern
        } catch {
            // What is refused for its size has cost something, too.
            size += Self.limit / 2
            throw error
        }
    }
}
