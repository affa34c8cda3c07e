import CRE2

/// A compiled regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax), over Unicode scalars. Every
/// search takes time linear in the text, whatever the expression: there are no back references and no look-around.
package struct Pattern: Sendable {
    package let source: String
    package let options: PatternOptions
    package let limits: PatternLimits
    /// Number of capturing groups.
    package let groupCount: Int
    private let compiled: CompiledPattern

    package init(
        _ source: String, options: PatternOptions = [], limits: PatternLimits = .standard
    ) throws(PatternError) {
        let length = source.utf8.count
        guard length <= limits.source else {
            throw PatternError("the expression has \(length) bytes; at most \(limits.source) are taken")
        }
        compiled = try CompiledPattern(source, options: options, limits: limits)
        groupCount = compiled.groupCount
        guard groupCount <= limits.groups else {
            throw PatternError("the expression has \(groupCount) capturing groups; at most \(limits.groups) are taken")
        }
        self.source = source
        self.options = options
        self.limits = limits
    }

    /// Instructions of the compiled program.
    package var programSize: Int { compiled.programSize }

    /// Names of the groups, the first capturing one at index 0; nil for one without.
    package var groupNames: [String?] { groupCount == 0 ? [] : (1...groupCount).map { compiled.groupName($0) } }

    /// Whether some part of the text matches. Fails only when text and expression are too large for one another.
    package func matches(anywhere text: String) throws(PatternError) -> Bool {
        try check(text)
        return compiled.matches(text, anchor: CRE2_ANYWHERE)
    }

    /// Whether the text from its start to its end matches. Fails only when text and expression are too large for one another.
    package func matches(whole text: String) throws(PatternError) -> Bool {
        try check(text)
        return compiled.matches(text, anchor: CRE2_WHOLE)
    }

    /// The leftmost match.
    package func firstMatch(in text: String) throws(PatternError) -> PatternMatch? {
        try matches(in: text, count: 1).first
    }

    /// Matches from left to right that do not overlap, at most `count` of them.
    package func matches(in text: String, count: Int = .max) throws(PatternError) -> [PatternMatch] {
        try check(text)
        var found: [PatternMatch] = []
        guard count > 0 else { return found }
        let length = text.utf8.count
        var left = limits.matches
        var isTooMuch = false
        let price = count == 1 ? 0 : 1 + compiled.weight / 8
        compiled.forEachMatch(in: text) { match in
            left -= (length - match.range.lowerBound) * price
            isTooMuch = left < 0
            guard !isTooMuch else { return false }
            found.append(match)
            return found.count < count
        }
        guard !isTooMuch else {
            throw PatternError("there are too many matches (over \(found.count)) in a text of \(length) bytes")
        }
        return found
    }

    /// Refuses what could take long. Weighing an expression is compiling it once more, so it is put off until it decides.
    private func check(_ text: String) throws(PatternError) {
        let length = text.utf8.count
        guard length > limits.search / compiled.programSize, length > limits.search / compiled.weight else { return }
        throw PatternError(
            "the text has \(length) bytes; this expression, whose size is \(compiled.weight), takes up to"
                + " \(limits.search / compiled.weight)")
    }
}
