/// A header's value with parameters: `attachment; filename="report.csv"` (RFC 2045 §5.1, RFC 2231).
struct HeaderParameters {
    /// Before the first semicolon, in lower case.
    let value: String
    private let parameters: [String: String]

    init(_ header: String) {
        var pieces = Self.pieces(of: header)
        value = pieces.isEmpty ? "" : pieces.removeFirst().trimmed.lowercased()
        var plain: [String: String] = [:]
        var continued: [String: [Int: (text: String, isExtended: Bool)]] = [:]
        for piece in pieces.prefix(100) {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let name = String(piece[..<equals]).trimmed.lowercased()
            let text = Self.unquoted(String(piece[piece.index(after: equals)...]).trimmed)
            let isExtended = name.hasSuffix("*")
            let halves = name.split(separator: "*", omittingEmptySubsequences: true)
            if halves.count == 2, let number = Int(halves[1]) {
                continued[String(halves[0]), default: [:]][number] = (text, isExtended)
            } else if isExtended, let base = halves.first {
                continued[String(base), default: [:]][0] = (text, true)
            } else {
                plain[name] = decodedWords(text)
            }
        }
        for (name, pieces) in continued { plain[name] = Self.joined(pieces) }
        parameters = plain
    }

    subscript(name: String) -> String? { parameters[name] }

    /// `charset'language'text` with percent signs, in one piece or several.
    private static func joined(_ pieces: [Int: (text: String, isExtended: Bool)]) -> String {
        var bytes: [UInt8] = []
        var charset: String?
        for (number, piece) in pieces.sorted(by: { $0.key < $1.key }) {
            var text = piece.text
            if number == 0, piece.isExtended {
                let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                if parts.count == 3 { (charset, text) = (String(parts[0]), String(parts[2])) }
            }
            bytes += piece.isExtended ? unescaped(Array(text.utf8)) : Array(text.utf8)
        }
        return mailText(bytes, charset: charset)
    }

    private static func unescaped(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var position = 0
        while position < text.count {
            if text[position] == UInt8(ascii: "%"), position + 2 < text.count, let high = text[position + 1].hexDigit,
                let low = text[position + 2].hexDigit
            {
                bytes.append(high << 4 | low)
                position += 3
            } else {
                bytes.append(text[position])
                position += 1
            }
        }
        return bytes
    }

    /// Split at semicolons that stand in no quotes.
    private static func pieces(of header: String) -> [String] {
        var pieces = [""]
        var (isQuoted, isEscaped) = (false, false)
        for scalar in header.unicodeScalars {
            if !isEscaped, scalar == "\"" { isQuoted.toggle() }
            if !isQuoted, scalar == ";" {
                pieces.append("")
                continue
            }
            isEscaped = !isEscaped && isQuoted && scalar == "\\"
            pieces[pieces.count - 1].unicodeScalars.append(scalar)
        }
        return pieces
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var (result, isEscaped) = ("", false)
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }
}
