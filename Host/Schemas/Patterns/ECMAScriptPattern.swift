import PatchbayCore

/// A regular expression as schemas have them (ECMA-262 with the flag `u`), said again in the syntax of the linear-time
/// engine. Escapes of punctuation that need none are accepted, as browsers do without the flag.
struct ECMAScriptPattern {
    /// What a text must match somewhere; or, of those that are negated, must not. The first is the expression itself,
    /// the others are look-aheads at its start, which are conditions of their own.
    struct Condition {
        var expression: String
        var isNegated = false
    }

    let conditions: [Condition]

    /// Refuses what is no regular expression, and what is one that takes more than linear time.
    init(_ text: String) throws(PatternRefusal) {
        var parser = ECMAScriptParser(text)
        conditions = try parser.pattern()
        if let obstacle = parser.obstacle { throw PatternRefusal(obstacle) }
    }

    static func isWellFormed(_ text: String) -> Bool {
        var parser = ECMAScriptParser(text)
        return (try? parser.pattern()) != nil
    }
}
