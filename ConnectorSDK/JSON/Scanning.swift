extension UnsafeBufferPointer<UInt8> {
    /// The first place at or after `start` with a byte that stands in a string only escaped (a quote, a backslash, a
    /// control character), or the end.
    ///
    /// It looks at eight bytes at a time. In each byte of `stops` the highest bit is set when the text's byte is one of
    /// those; above the first such byte borrows may set it too, so only the lowest one counts.
    @inline(__always)
    func firstEscaped(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var place = start
        while count - place >= 8 {
            let bytes = UnsafeRawPointer(baseAddress! + place).loadUnaligned(as: UInt64.self)
            let word = UInt64(littleEndian: bytes)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let control = (word &- ones &* 0x20) & ~word
            let stops = (control | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & (ones &* 0x80)
            if stops != 0 { return place + stops.trailingZeroBitCount >> 3 }
            place += 8
        }
        while place < count, self[place] >= 0x20, self[place] != 0x22, self[place] != 0x5C { place += 1 }
        return place
    }
}
