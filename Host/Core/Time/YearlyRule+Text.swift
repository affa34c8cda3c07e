extension YearlyRule {
    /// Nil when the text is none, or a rule for daylight-saving time without its dates.
    init?(_ text: ArraySlice<UInt8>) {
        var reader = RuleReader(rest: text)
        guard let name = reader.name(), let offset = reader.time(hours: 24) else { return nil }
        standard = TimeZoneRules.Period(offset: -offset, isDaylight: false, abbreviation: name)
        daylight = nil
        if reader.rest.isEmpty { return }
        guard let summerName = reader.name() else { return nil }
        var summer = standard.offset + 3_600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let offset = reader.time(hours: 24) else { return nil }
            summer = -offset
        }
        guard let start = reader.change(), let end = reader.change(), reader.rest.isEmpty else { return nil }
        daylight = Daylight(
            period: TimeZoneRules.Period(offset: summer, isDaylight: true, abbreviation: summerName), start: start,
            end: end)
    }
}

private struct RuleReader {
    var rest: ArraySlice<UInt8>

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Three letters or more, or anything of letters, digits and signs in angle brackets.
    mutating func name() -> String? {
        let isQuoted = skip("<")
        let name = rest.prefix { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || isQuoted
                    && ((UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+")
                        || byte == UInt8(ascii: "-"))
        }
        rest = rest.dropFirst(name.count)
        guard name.count >= 3, name.count <= 16, !isQuoted || skip(">") else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, digits.count <= 3 else { return nil }
        rest = rest.dropFirst(digits.count)
        let number = digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        return range.contains(number) ? number : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time(hours limit: Int64) -> Int64? {
        let sign: Int64 = skip("-") ? -1 : 1
        if sign > 0 { _ = skip("+") }
        guard let hours = number(0...limit) else { return nil }
        var seconds = hours * 3_600
        if skip(":") {
            guard let minutes = number(0...59) else { return nil }
            seconds += minutes * 60
            if skip(":") {
                guard let more = number(0...59) else { return nil }
                seconds += more
            }
        }
        return sign * seconds
    }

    mutating func change() -> YearlyRule.Change? {
        guard skip(","), let day = day() else { return nil }
        guard skip("/") else { return YearlyRule.Change(day: day, time: 7_200) }
        return time(hours: 167).map { YearlyRule.Change(day: day, time: $0) }
    }

    private mutating func day() -> YearlyRule.Day? {
        if skip("J") { return number(1...365).map { .withoutLeapDay($0) } }
        guard skip("M") else { return number(0...365).map { .ofYear($0) } }
        guard let month = number(1...12), skip("."), let week = number(1...5), skip("."), let weekday = number(0...6)
        else { return nil }
        return .ofWeek(month: month, week: week, weekday: weekday)
    }
}
