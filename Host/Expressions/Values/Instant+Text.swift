import PatchbayCore

/// The instant as RFC 3339 text, and back.
extension Instant: CustomStringConvertible {
    /// In UTC, with as many digits of the second as are needed: `2026-01-12T10:05:00Z`, `2026-01-12T10:05:00.25Z`.
    package var description: String {
        let time = CivilTime(secondsSinceEpoch: seconds)
        let date =
            "\(Self.digits(time.date.year, 4))-\(Self.digits(time.date.month, 2))-\(Self.digits(time.date.day, 2))"
        let clock = "\(Self.digits(time.hour, 2)):\(Self.digits(time.minute, 2)):\(Self.digits(time.second, 2))"
        return "\(date)T\(clock)\(TimeSpan.fraction(nanos))Z"
    }

    /// Why a text is no instant.
    package enum TextFault: Error {
        case syntax
        /// A day or an hour that does not exist, or a year that is not 1 to 9999.
        case range
    }

    /// Reads a `date-time` with any offset; digits of the second behind the ninth are dropped.
    package init(_ text: String) throws(TextFault) {
        var scanner = InstantScanner(text.utf8[...])
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), scanner.skip("T"), let hour = scanner.number(2), scanner.skip(":"),
            let minute = scanner.number(2), scanner.skip(":"), let second = scanner.number(2),
            let nanos = scanner.fraction(), let offset = scanner.offset(), scanner.rest.isEmpty
        else { throw .syntax }
        let time = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        guard let offset, let local = time.secondsSinceEpoch, Self.range.contains(local - offset) else { throw .range }
        self.init(seconds: local - offset, nanos: nanos)
    }

    private static func digits(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

private struct InstantScanner {
    var rest: Substring.UTF8View

    init(_ rest: Substring.UTF8View) { self.rest = rest }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digit() -> Int64? {
        guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
        rest.removeFirst()
        return Int64(byte - 0x30)
    }

    mutating func number(_ count: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// 0 when there is none, nil when there is a point without a digit.
    mutating func fraction() -> Int32? {
        guard skip(".") else { return 0 }
        guard let first = digit() else { return nil }
        var nanos = first * 100_000_000
        var place: Int64 = 10_000_000
        while let digit = digit() {
            nanos += digit * place
            place /= 10
        }
        return Int32(nanos)
    }

    /// Seconds east of UTC; nil inside for hours and minutes that no offset has.
    mutating func offset() -> Int64?? {
        if skip("Z") { return .some(0) }
        let sign: Int64 = skip("-") ? -1 : 1
        guard sign < 0 || skip("+"), let hours = number(2), skip(":"), let minutes = number(2) else { return nil }
        return hours < 24 && minutes < 60 ? .some(sign * (hours * 3_600 + minutes * 60)) : .some(nil)
    }
}
