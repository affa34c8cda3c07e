/// A parameter of n8n: fixed, or, behind `=`, text with expressions between `{{` and `}}`.
struct ScriptTemplate {
    enum Part: Equatable {
        case text(String)
        /// The source between the braces.
        case expression(String)
    }

    let parts: [Part]

    /// Whether n8n evaluates the text.
    static func isTemplate(_ text: String) -> Bool { text.hasPrefix("=") }

    /// Of a text that begins with `=`. n8n ends an expression at the first `}}`; where that leaves something unreadable, the
    /// next one is tried, because people write objects.
    init(_ text: String) {
        var rest = text.dropFirst()
        var parts: [Part] = []
        while let opening = rest.firstRange(of: "{{") {
            if opening.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<opening.lowerBound]))) }
            let inside = rest[opening.upperBound...]
            guard let end = Self.end(of: inside) else {
                parts.append(.text(String(rest[opening.lowerBound...])))
                rest = rest[rest.endIndex...]
                break
            }
            parts.append(.expression(String(inside[..<end])))
            rest = inside[inside.index(end, offsetBy: 2)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    /// More endings of one expression are not tried.
    private static let mostTries = 8

    private static func end(of inside: Substring) -> Substring.Index? {
        var first: Substring.Index?
        var from = inside.startIndex
        for _ in 0..<mostTries {
            guard let range = inside[from...].firstRange(of: "}}") else { break }
            first = first ?? range.lowerBound
            if (try? ScriptParser.parse(String(inside[..<range.lowerBound]))) != nil { return range.lowerBound }
            from = inside.index(after: range.lowerBound)
        }
        return first
    }

    /// The source where the text is one expression and nothing else.
    var single: String? {
        let solid = parts.filter { part in
            if case .text(let text) = part { !text.allSatisfy(\.isWhitespace) } else { true }
        }
        guard solid.count == 1, case .expression(let source) = solid[0] else { return nil }
        // Blanks in front are text for n8n, and nobody means them.
        return source
    }
}
