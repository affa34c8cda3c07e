/// The moment as RFC 3339 text in UTC with milliseconds, and back. Years 0000 to 9999, as the RFC allows.
extension Timestamp: CustomStringConvertible {
    /// `2026-01-12T10:05:00.000Z`.
    package var description: String {
        let (days, inDay) = milliseconds.quotientAndRemainder(flooredBy: 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        let time = [inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1_000 % 60].map { padded($0, 2) }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(time.joined(separator: ":")).\(padded(inDay % 1_000, 3))Z"
    }

    /// Reads a `date-time` of RFC 3339 with any offset; digits of the second behind the third are dropped. Nil for anything
    /// else, also for days that do not exist. A leap second counts as the second after it.
    package init?(_ text: String) {
        var scanner = Scanner(text: Array(text.utf8))
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2), scanner.skip(":"),
            let second = scanner.number(2), let fraction = scanner.fraction(), let offset = scanner.offset(),
            scanner.isAtEnd, hour < 24, minute < 60, second <= 60,
            let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        else { return nil }
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60
        self.init(milliseconds: seconds * 1_000 + fraction)
    }
}

private struct Scanner {
    var text: [UInt8]
    var index = 0

    init(text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { index == text.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard index < text.count, (0x30...0x39).contains(text[index]) else { return nil }
        defer { index += 1 }
        return Int64(text[index] - 0x30)
    }

    mutating func number(_ count: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// Milliseconds; 0 when there is none, nil when there is a point and no digit.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        guard var number = digit() else { return nil }
        var count = 1
        while let digit = digit() {
            if count < 3 { number = number * 10 + digit }
            count = min(count + 1, 3)
        }
        return count == 1 ? number * 100 : count == 2 ? number * 10 : number
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64 = skip("-") ? -1 : 1
        guard sign < 0 || skip("+"), let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
}
