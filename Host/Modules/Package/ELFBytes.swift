/// Little-endian numbers and strings out of bytes that nobody vouches for: every read is checked against the end.
struct ELFBytes {
    let bytes: [UInt8]

    func number<Number: FixedWidthInteger & UnsignedInteger>(
        _: Number.Type, at offset: UInt64, in what: @autoclosure () -> String
    ) throws(ELFError) -> Number {
        let width = Number.bitWidth / 8
        try check(offset, UInt64(width), what())
        var value: Number = 0
        for index in (0..<width).reversed() {
            value = value << 8 | Number(truncatingIfNeeded: bytes[Int(offset) + index])
        }
        return value
    }

    /// The text up to the next zero byte, which must come before `end`.
    func string(at offset: UInt64, before end: UInt64, in what: @autoclosure () -> String) throws(ELFError) -> String {
        let end = min(end, UInt64(bytes.count))
        guard offset < end else { throw .malformed("\(what()) lies outside its table") }
        let table = bytes[Int(offset)..<Int(end)]
        guard let zero = table.firstIndex(of: 0) else { throw .malformed("\(what()) has no end") }
        guard zero - table.startIndex <= Self.longestString else { throw .malformed("\(what()) is too long") }
        return String(decoding: table[..<zero], as: UTF8.self)
    }

    /// That `count` bytes from `offset` on are there.
    func check(_ offset: UInt64, _ count: UInt64, _ what: @autoclosure () -> String) throws(ELFError) {
        let (end, overflows) = offset.addingReportingOverflow(count)
        guard !overflows, end <= UInt64(bytes.count) else {
            throw .truncated("\(what()) ends past the file's \(bytes.count) bytes")
        }
    }

    /// `base + index × width`, or an error when that does not fit 64 bits.
    func position(_ base: UInt64, _ index: UInt64, of width: UInt64) throws(ELFError) -> UInt64 {
        let (product, tooLarge) = index.multipliedReportingOverflow(by: width)
        let (sum, overflows) = base.addingReportingOverflow(product)
        guard !tooLarge, !overflows else { throw .malformed("an offset does not fit 64 bits") }
        return sum
    }

    /// Symbol names of C++ templates grow long; nothing real comes near this.
    private static let longestString = 64 << 10
}
