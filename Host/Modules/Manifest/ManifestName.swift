/// How the names in a manifest are formed.
struct ManifestName {
    /// For messages.
    let need: String
    private let separator: UInt8

    /// `^[a-z][a-z0-9-]{0,62}$`: it becomes a folder's name.
    static let connector = ManifestName(
        need: "1 to 63 lower-case letters, digits and hyphens, a letter first", separator: UInt8(ascii: "-"))
    /// `^[a-z][a-z0-9_]{0,62}$`
    static let snake = ManifestName(
        need: "1 to 63 lower-case letters, digits and underscores, a letter first", separator: UInt8(ascii: "_"))

    func accept(_ text: String) -> String? {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count), let first = bytes.first, (97...122).contains(first) else { return nil }
        let fits = bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == separator }
        return fits ? text : nil
    }
}
