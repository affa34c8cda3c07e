import PatchbayPatterns

/// A regular expression of the subset that all engines agree on (I-Regexp, RFC 9485), compiled. `^` and `$` are
/// anchors, as they are in the engines that the RFC maps it to.
struct InteroperablePattern: Sendable {
    private let pattern: Pattern

    /// Nil for what is no such expression, and for one too large to be compiled.
    init?(_ text: String) {
        var reader = InteroperablePatternReader(text)
        guard let expression = reader.expression(),
            let pattern = try? Pattern(expression, limits: PatternLimits(search: 1 << 24))
        else { return nil }
        self.pattern = pattern
    }

    func matches(_ text: String, isWhole: Bool) -> Bool {
        let matches = isWhole ? try? pattern.matches(whole: text) : try? pattern.matches(anywhere: text)
        return matches ?? false
    }
}

/// Reads an expression and writes it in RE2's syntax; nil wherever the grammar of the RFC (appendix A) is left.
struct InteroperablePatternReader {
    private var rest: ArraySlice<Unicode.Scalar>
    private var depth = 0

    init(_ text: String) {
        rest = Array(text.unicodeScalars)[...]
    }

    mutating func expression() -> String? {
        guard let written = alternatives(), rest.isEmpty else { return nil }
        return written
    }

    private mutating func alternatives() -> String? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= JSONPathLimits.nesting else { return nil }
        var written = ""
        while let scalar = rest.first, scalar != ")" {
            if scalar == "|" {
                rest.removeFirst()
                written += "|"
                continue
            }
            guard let atom = atom() else { return nil }
            written += atom
            guard takeQuantifier(into: &written) else { return nil }
        }
        return written
    }

    private mutating func atom() -> String? {
        guard let scalar = rest.popFirst() else { return nil }
        switch scalar {
        case ".": return "[^\\n\\r]"
        case "(":
            guard let inner = alternatives(), rest.popFirst() == ")" else { return nil }
            return "(?:\(inner))"
        case "[": return characterClass()
        case "\\": return property().map { "[\($0)]" } ?? escape().map(written)
        case "^": return "\\A"
        case "$": return "\\z"
        case "*", "+", "?", "]", "{", "}": return nil
        default: return written(scalar)
        }
    }

    /// False when something is wrong; true also when there is none.
    private mutating func takeQuantifier(into written: inout String) -> Bool {
        guard let scalar = rest.first else { return true }
        switch scalar {
        case "*", "+", "?":
            rest.removeFirst()
            written.unicodeScalars.append(scalar)
            return true
        case "{":
            guard let end = rest.firstIndex(of: "}") else { return false }
            let inner = rest[rest.startIndex + 1..<end]
            let parts = inner.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
            guard let least = parts.first, !least.isEmpty, parts.allSatisfy({ $0.allSatisfy(isDigit) }) else {
                return false
            }
            rest = rest[(end + 1)...]
            written.unicodeScalars.append(contentsOf: "{".unicodeScalars)
            written.unicodeScalars.append(contentsOf: inner)
            written.unicodeScalars.append("}")
            return true
        default: return true
        }
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0" <= scalar && scalar <= "9" }

    // MARK: Letters

    private mutating func characterClass() -> String? {
        var written = "["
        if rest.first == "^" {
            rest.removeFirst()
            written += "^"
        }
        var isEmpty = true
        if rest.first == "-" {
            rest.removeFirst()
            written += self.written("-")
            isEmpty = false
        }
        while let scalar = rest.popFirst() {
            if scalar == "]" { return isEmpty ? nil : written + "]" }
            isEmpty = false
            if scalar == "-" {
                guard rest.first == "]" else { return nil }
                written += self.written("-")
                continue
            }
            if scalar == "\\", let property = property() {
                written += property
                continue
            }
            guard let low = classLetter(scalar) else { return nil }
            written += self.written(low)
            guard rest.first == "-", rest.dropFirst().first != "]" else { continue }
            rest.removeFirst()
            guard let next = rest.popFirst(), let high = classLetter(next), low <= high else { return nil }
            written += "-" + self.written(high)
        }
        return nil
    }

    private mutating func classLetter(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "\\": escape()
        case "[", "]", "-": nil
        default: scalar
        }
    }

    /// What stands behind a backslash.
    private mutating func escape() -> Unicode.Scalar? {
        guard let scalar = rest.popFirst() else { return nil }
        switch scalar {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "{", "|", "}", "$": return scalar
        default: return nil
        }
    }

    /// `p{Lu}` behind a backslash.
    private mutating func property() -> String? {
        guard let kind = rest.first, kind == "p" || kind == "P", rest.dropFirst().first == "{",
            let end = rest.firstIndex(of: "}")
        else { return nil }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: rest[(rest.startIndex + 2)..<end])
        guard Self.categories.contains(String(name)) else { return nil }
        rest = rest[(end + 1)...]
        return "\\\(kind){\(String(name))}"
    }

    private static let categories: Set<String> = [
        "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf",
        "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs", "C", "Cc", "Cf", "Cn", "Co",
    ]

    private func written(_ scalar: Unicode.Scalar) -> String {
        "\\x{\(String(scalar.value, radix: 16))}"
    }
}
