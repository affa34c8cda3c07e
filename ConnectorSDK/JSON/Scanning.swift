extension UnsafeBufferPointer<UInt8> {
    /// The first place at or after `start` with a byte that stands in a string only escaped (a quote, a backslash, a
    /// control character), or the end. Also whether all before it is certainly ASCII.
    ///
    /// It looks at eight bytes at a time. In each byte of `stops` the highest bit is set when the text's byte is one of
    /// those; above the first such byte borrows may set it too, so only the lowest one counts.
    @inline(__always)
    func firstEscaped(from start: Int) -> (place: Int, isASCII: Bool) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var place = start
        var seen: UInt64 = 0
        while count - place >= 8 {
            let bytes = UnsafeRawPointer(baseAddress! + place).loadUnaligned(as: UInt64.self)
            let word = UInt64(littleEndian: bytes)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let control = (word &- ones &* 0x20) & ~word
            let stops = (control | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & (ones &* 0x80)
            if stops != 0 {
                // What stands above the stop belongs to something else.
                seen |= word & (stops & (0 &- stops) &- 1)
                return (place + stops.trailingZeroBitCount >> 3, seen & (ones &* 0x80) == 0)
            }
            seen |= word
            place += 8
        }
        while place < count, self[place] >= 0x20, self[place] != 0x22, self[place] != 0x5C {
            seen |= UInt64(self[place])
            place += 1
        }
        return (place, seen & (ones &* 0x80) == 0)
    }

    /// The first place with a byte that does not belong to well-formed UTF-8 (the Unicode Standard, table 3-7), nil when
    /// there is none.
    var firstNotUTF8: Int? {
        var place = 0
        while place < count {
            let lead = self[place]
            if lead < 0x80 {
                place += 1
                continue
            }
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            case 0xF1...0xF3: length = 4
            default: return place
            }
            guard count - place >= length, second ~= self[place + 1] else { return place }
            for follower in place + 2..<Swift.max(place + 2, place + length) where self[follower] & 0xC0 != 0x80 {
                return place
            }
            place += length
        }
        return nil
    }
}
