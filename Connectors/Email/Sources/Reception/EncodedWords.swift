import ConnectorSDK

/// A header's text with its encoded words read: `=?UTF-8?B?R3LDvMOfZQ==?=` (RFC 2047).
func decodedWords(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    var isAfterWord = false
    while let start = rest.firstRange(of: "=?") {
        let before = rest[..<start.lowerBound]
        guard let word = EncodedWord(rest[start.lowerBound...]) else {
            result += rest[..<start.upperBound]
            rest = rest[start.upperBound...]
            isAfterWord = false
            continue
        }
        // Space between two words belongs to neither.
        if !isAfterWord || !before.allSatisfy(\.isWhitespace) { result += before }
        result += word.text
        rest = rest[word.end...]
        isAfterWord = true
    }
    return result + rest
}

private struct EncodedWord {
    let text: String
    let end: Substring.Index

    /// At the beginning of the text.
    init?(_ source: Substring) {
        let parts = source.dropFirst(2).split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[3].hasPrefix("="), !parts[0].isEmpty else { return nil }
        // A language may follow the charset (RFC 2231 §5).
        let charset = String(parts[0].prefix { $0 != "*" })
        switch parts[1].lowercased() {
        case "b": text = mailText(decodedBase64(parts[2].utf8), charset: charset)
        case "q": text = mailText(decodedQuotedPrintable(Array(parts[2].utf8), inHeader: true), charset: charset)
        default: return nil
        }
        end = source.index(after: parts[3].startIndex)
    }
}
