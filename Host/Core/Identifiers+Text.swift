/// The alphabet of TypeIDs: Crockford's base 32 in lower case.
private let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
private let digitCount = 26

extension Identifier {
    package var description: String {
        let prefix = Tag.prefix.utf8
        let size = prefix.count + 1 + digitCount
        return String(unsafeUninitializedCapacity: size) { text in
            for (place, byte) in prefix.enumerated() { text[place] = byte }
            text[prefix.count] = UInt8(ascii: "_")
            var (high, low) = (high, low)
            for place in stride(from: size - 1, to: prefix.count, by: -1) {
                text[place] = alphabet[Int(low & 31)]
                low = low >> 5 | high << 59
                high >>= 5
            }
            return size
        }
    }

    /// Reads `prefix_…`; nil when the prefix is another's or the rest is no identifier.
    package init?(_ text: String) {
        let expected = Tag.prefix.utf8.count + 1 + digitCount
        guard text.utf8.count == expected, text.hasPrefix(Tag.prefix + "_") else { return nil }
        var (high, low): (UInt64, UInt64) = (0, 0)
        for (index, byte) in text.utf8.suffix(digitCount).enumerated() {
            guard let digit = alphabet.firstIndex(of: byte) else { return nil }
            // 26 digits hold 130 bits; the two above 128 must be zero.
            if index == 0, digit > 7 { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(digit)
        }
        self.init(high: high, low: low)
    }

    /// A new identifier: a UUIDv7 (RFC 9562) of the moment and 74 random bits.
    package static func new(
        at moment: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> Self {
        let milliseconds = UInt64(bitPattern: moment.milliseconds) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | generator.next() & 0x0FFF
        let low = 0x8000_0000_0000_0000 | generator.next() & 0x3FFF_FFFF_FFFF_FFFF
        return Self(high: high, low: low)
    }

    package static func new(at moment: Timestamp) -> Self {
        var generator = SystemRandom()
        return new(at: moment, using: &generator)
    }

    /// The UUID in its usual text form, as PostgreSQL writes it.
    package var uuid: String {
        let digits = hexadecimal(high) + hexadecimal(low)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// Reads a UUID's usual text form.
    package init?(uuid: String) {
        let digits = uuid.filter { $0 != "-" }
        guard digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}

private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
