/// A host that a credential may be sent to: `api.example.com`, `*.example.com`, `192.0.2.1` or `[2001:db8::1]`, each
/// with an optional `:port`. Not `*`: a secret that may go anywhere is given away.
enum CredentialHost {
    private static let longest = 253

    static func isValid(_ text: String) -> Bool {
        let text = text.lowercased()
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            let address = text[text.index(after: text.startIndex)..<end]
            let isAddress =
                address.utf8.allSatisfy { isDigit($0, 102) || ":.".utf8.contains($0) }
            return address.contains(":") && isAddress && isPort(text[text.index(after: end)...])
        }
        let (name, port) = text.firstIndex(of: ":").map { (text[..<$0], text[$0...]) } ?? (text[...], "")
        let plain = name.hasPrefix("*.") ? name.dropFirst(2) : name
        return plain.utf8.count <= longest && isPort(port)
            && plain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { isDigit($0, 122) || "-_".utf8.contains($0) }
            }
    }

    /// A decimal digit, or a lower-case letter up to the one given.
    private static func isDigit(_ byte: UInt8, _ last: UInt8) -> Bool {
        (48...57).contains(byte) || byte >= 97 && byte <= last
    }

    /// Empty, or a colon and 1 to 65535.
    private static func isPort(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return true }
        let digits = text.dropFirst()
        guard text.first == ":", (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(digits)
        else { return false }
        return (1...65535).contains(port)
    }
}
