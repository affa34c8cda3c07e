/// How much a regular expression may cost. Each excess is a ``PatternError``.
///
/// RE2 usually walks an automaton that it makes as it goes: about a nanosecond a byte. Expressions made for it (`[ab]*a[ab]{900}c`)
/// let that automaton explode; then every byte costs up to eight nanoseconds for each place of the expression.
package struct PatternLimits: Sendable, Hashable {
    /// Bytes of the expression's text.
    package var source: Int
    /// Capturing groups.
    package var groups: Int
    /// Bytes for the compiled program and what matching caches, together. The program gets up to a fourth of it; an
    /// expression like `(\pL{100}){10}` needs more.
    package var memory: Int
    /// Bytes of the text times places of the expression, for one search. The standard value is a second at worst.
    package var search: Int
    /// As ``search``, for all matches of a text together: each is counted with the whole rest of the text, since the next one
    /// may have to be looked for up to the end, but eight places of the expression as one.
    package var matches: Int

    package init(
        source: Int = 32 << 10, groups: Int = 100, memory: Int = 2 << 20, search: Int = 1 << 27, matches: Int = 1 << 28
    ) {
        self.source = source
        self.groups = groups
        self.memory = memory
        self.search = search
        self.matches = matches
    }

    package static let standard = PatternLimits()
}
