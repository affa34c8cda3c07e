import PatchbayCore

/// Whether a read-me, which is Markdown, is text and nothing that a browser would carry out. Whoever shows it has to escape it
/// all the same.
enum ReadMeCheck {
    /// Wherever they stand, in code too: what is code to one reader of Markdown is none to another.
    private static let elements = [
        "script", "iframe", "object", "embed", "style", "svg", "meta", "link", "base", "form",
    ]
    private static let schemes = ["javascript:", "vbscript:", "data:text", "data:image/svg", "data:application"]

    static func problems(in text: String, at pointer: String) -> [Problem] {
        let plain = unescaped(text).lowercased()
        var problems: [Problem] = []
        if let element = elements.first(where: { plain.contains("<" + $0) || plain.contains("</" + $0) }) {
            problems.append(
                Problem(
                    code: "script-in-readme", pointer: pointer,
                    message: "the read-me holds the HTML element <\(element)>",
                    hint: "write Markdown without HTML"))
        } else if hasTag(outsideCode(plain)) {
            problems.append(
                Problem(
                    code: "html-in-readme", pointer: pointer, message: "the read-me holds HTML",
                    hint: "write Markdown without HTML; code stands between backticks"))
        }
        // Browsers pass over blanks and control characters in a scheme.
        let tight = String(
            String.UnicodeScalarView(plain.unicodeScalars.filter { $0.value > 0x20 && $0.value != 0x7F }))
        if let scheme = schemes.first(where: tight.contains) {
            problems.append(
                Problem(
                    code: "script-in-readme", pointer: pointer,
                    message: "the read-me holds an address of \(scheme.quoted)",
                    hint: "links lead to https:// addresses"))
        }
        return problems
    }

    /// A `<` that a letter, `/`, `!` or `?` follows begins a tag, but for addresses in angle brackets.
    private static func hasTag(_ text: String) -> Bool {
        let parts = text.split(separator: "<", omittingEmptySubsequences: false).dropFirst()
        return parts.contains { part in
            guard let first = part.utf8.first else { return false }
            let isTag = (0x61...0x7A).contains(first) || [0x2F, 0x21, 0x3F].contains(first)
            return isTag && !part.hasPrefix("https://") && !part.hasPrefix("http://") && !part.hasPrefix("mailto:")
        }
    }

    /// Without fenced blocks and what stands between backticks in one line.
    private static func outsideCode(_ text: String) -> String {
        var lines: [Substring] = []
        var isFenced = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isFenced.toggle()
            } else if !isFenced {
                let parts = line.split(separator: "`", omittingEmptySubsequences: false)
                // An odd backtick at the end closes nothing.
                lines += parts.enumerated().filter { $0.offset % 2 == 0 || $0.offset == parts.count - 1 }.map(\.element)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// With numbered character references, by which a scheme or a bracket can be hidden, read.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        let parts = text.split(separator: "&#", omittingEmptySubsequences: false)
        var result = String(parts[0])
        for part in parts.dropFirst() {
            let isHexadecimal = part.first == "x" || part.first == "X"
            let digits = part.dropFirst(isHexadecimal ? 1 : 0).prefix(8).prefix {
                $0.isHexDigit && (isHexadecimal || $0.isNumber)
            }
            guard let value = UInt32(digits, radix: isHexadecimal ? 16 : 10), let scalar = Unicode.Scalar(value) else {
                result += "&#" + part
                continue
            }
            result.unicodeScalars.append(scalar)
            let rest = part.dropFirst(digits.count + (isHexadecimal ? 1 : 0))
            result += rest.first == ";" ? rest.dropFirst() : rest
        }
        for (name, sign) in [("&colon;", ":"), ("&Tab;", ""), ("&NewLine;", ""), ("&lt;", "<")] {
            result = result.split(separator: name, omittingEmptySubsequences: false).joined(separator: sign)
        }
        return result
    }
}
