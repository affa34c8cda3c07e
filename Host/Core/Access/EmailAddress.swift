/// An address as accounts are found by: in lower case, since no mail service that people use tells cases apart, and two
/// accounts that look alike are a trap.
package enum EmailAddress {
    /// Bytes of the longest that can be delivered to (RFC 5321, 4.5.3.1.3).
    package static let longest = 254

    /// Nil unless it has the form `name@host.domain`, in ASCII, without comments or quotes.
    package static func canonical(_ text: String) -> String? {
        let address = text.lowercased()
        guard address.utf8.count <= longest, address.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), isLocal(parts[0]), isDomain(parts[1]) else {
            return nil
        }
        return address
    }

    private static func isLocal(_ text: Substring) -> Bool {
        // The dot-atom of RFC 5322, 3.2.3.
        let others = Set("!#$%&'*+-/=?^_`{|}~".utf8)
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.utf8.allSatisfy { isLetterOrDigit($0) || others.contains($0) }
        }
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return !labels.isEmpty
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
