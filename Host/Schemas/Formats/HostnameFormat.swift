/// Names of hosts (RFC 1123, 2.1), international ones by IDNA 2008 (RFC 5890 to 5893). A label that begins with `xn--`
/// must stand for one that is allowed.
enum HostnameFormat {
    static func isHostname(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard 1...253 ~= bytes.count else { return false }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        var decoded: [InternationalLabel] = []
        for label in labels {
            guard isLabel(label, beyondASCII: false) else { return false }
            guard label.hasHyphensThirdAndFourth else { continue }
            guard let international = InternationalLabel(encoded: label) else { return false }
            decoded.append(international)
        }
        return isDirectionConsistent(decoded, plain: labels.filter { !$0.hasHyphensThirdAndFourth })
    }

    static func isInternationalHostname(_ text: String) -> Bool {
        // RFC 3490, 3.1 names what may separate labels.
        let separators: Set<Unicode.Scalar> = [".", "\u{3002}", "\u{FF0E}", "\u{FF61}"]
        let labels = text.unicodeScalars.split(omittingEmptySubsequences: false) { separators.contains($0) }
        var decoded: [InternationalLabel] = []
        var plain: [ArraySlice<UInt8>] = []
        var length = labels.count - 1
        for label in labels {
            let bytes = Array(String(label).utf8)[...]
            if label.allSatisfy(\.isASCII) {
                guard isLabel(bytes, beyondASCII: false) else { return false }
                length += bytes.count
                guard bytes.hasHyphensThirdAndFourth else {
                    plain.append(bytes)
                    continue
                }
                guard let international = InternationalLabel(encoded: bytes) else { return false }
                decoded.append(international)
            } else {
                let international = InternationalLabel(scalars: Array(label))
                guard international.isAllowed, let encoded = international.encodedLength, encoded <= 63 else {
                    return false
                }
                length += encoded
                decoded.append(international)
            }
        }
        return length <= 253 && isDirectionConsistent(decoded, plain: plain)
    }

    /// 1 to 63 bytes: letters, digits and hyphens, no hyphen at either end.
    static func isLabel(_ label: ArraySlice<UInt8>, beyondASCII: Bool) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard 1...63 ~= label.count, label.first != hyphen, label.last != hyphen else { return false }
        return label.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == hyphen || beyondASCII && $0 >= 0x80 }
    }

    /// Once a label is written from right to left, each must keep to one direction (RFC 5893, 2).
    private static func isDirectionConsistent(_ labels: [InternationalLabel], plain: [ArraySlice<UInt8>]) -> Bool {
        guard labels.contains(where: \.hasRightToLeft) else { return true }
        let all = labels + plain.map { InternationalLabel(scalars: $0.map { Unicode.Scalar($0) }) }
        return all.allSatisfy(\.keepsItsDirection)
    }
}

extension ArraySlice<UInt8> {
    /// As in `xn--`; other labels of that kind are reserved.
    fileprivate var hasHyphensThirdAndFourth: Bool {
        count >= 4 && self[startIndex + 2] == UInt8(ascii: "-") && self[startIndex + 3] == UInt8(ascii: "-")
            && self[startIndex] | 0x20 == UInt8(ascii: "x") && self[startIndex + 1] | 0x20 == UInt8(ascii: "n")
    }
}
