/// A new connector's id, and what follows from it.
package struct ConnectorName: Sendable, Equatable {
    /// Lower-kebab: `acme-shop`.
    package let id: String

    /// Throws when it cannot be an id, with one that can.
    package init(_ text: String) throws(AuthoringError) {
        guard Self.isID(text) else {
            let better = Self.nearest(to: text)
            throw AuthoringError(
                "`\(text.prefix(80))` cannot be a connector's id: ids are 1 to 63 lower-case letters, digits and hyphens, a "
                    + "letter first." + (better.map { " Use `\($0)`." } ?? ""))
        }
        id = text
    }

    /// `AcmeShop`
    package var typeName: String { words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

    /// `Acme Shop`
    package var title: String { words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ") }

    private var words: [Substring] { id.split(separator: "-") }

    private static func isID(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count), let first = bytes.first, (97...122).contains(first) else { return false }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
            && !parts.contains("")
    }

    /// The id that was probably meant: `Acme_Shop 2` → `acme-shop-2`.
    private static func nearest(to text: String) -> String? {
        var result = ""
        var last: Character?
        for letter in text.prefix(200) {
            if letter.isASCII, letter.isLetter || letter.isNumber {
                if letter.isUppercase, let last, last.isLowercase { result.append("-") }
                result += letter.lowercased()
            } else if !result.isEmpty, !result.hasSuffix("-") {
                result.append("-")
            }
            last = letter
        }
        while result.hasSuffix("-") { result.removeLast() }
        let start = result.drop { !$0.isLetter }
        let id = String(start.prefix(63))
        return isID(id) ? id : nil
    }
}
