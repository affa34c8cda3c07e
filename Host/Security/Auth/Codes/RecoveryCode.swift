/// Codes for whoever has lost the phone: each is good for once. 80 random bits, written in four groups.
package enum RecoveryCode {
    package static let count = 10
    private static let length = 16

    /// As people write them down: `abcd-efgh-ijkl-mnop`.
    package static func newSet() -> [String] {
        (0..<count).map { _ in grouped(Base32.text(RandomBytes.make(10)).lowercased()) }
    }

    /// What is stored of one, however its groups are written; nil when it can be none.
    package static func digest(_ code: String) -> [UInt8]? {
        let plain = code.lowercased().filter { $0 != "-" && $0 != " " }
        guard plain.utf8.count == length, Base32.bytes(plain) != nil else { return nil }
        return Digest.sha256(Array(("patchbay:recovery:" + plain).utf8))
    }

    private static func grouped(_ text: String) -> String {
        var groups: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            groups.append(rest.prefix(4))
            rest = rest.dropFirst(4)
        }
        return groups.joined(separator: "-")
    }
}
