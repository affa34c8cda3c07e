/// Dates and times by RFC 3339, durations by its appendix A.
enum TimeFormats {
    static func isDateTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let split = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "t") }) else { return false }
        return isDate(bytes[..<split]) && isTime(bytes[(split + 1)...])
    }

    static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], digits: 4), let month = number(parts[1], digits: 2),
            let day = number(parts[2], digits: 2), 1...12 ~= month
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return 1...days[month - 1] ~= day
    }

    static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        guard let hour = take(2, of: &rest), next(":", of: &rest), let minute = take(2, of: &rest),
            next(":", of: &rest),
            let second = take(2, of: &rest), hour < 24, minute < 60, second <= 60
        else { return false }
        if next(".", of: &rest) {
            let fraction = rest.prefix { $0.isASCIIDigit }
            if fraction.isEmpty { return false }
            rest = rest.dropFirst(fraction.count)
        }
        guard let offset = offset(rest) else { return false }
        // A leap second is the last of a day in UTC.
        let minuteOfDay = (hour * 60 + minute - offset + 2 * 24 * 60) % (24 * 60)
        return second < 60 || minuteOfDay == 24 * 60 - 1
    }

    /// In minutes east of UTC.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.count == 1, bytes.first.map({ $0 | 0x20 }) == UInt8(ascii: "z") { return 0 }
        var rest = bytes
        let isWest = next("-", of: &rest)
        guard isWest || next("+", of: &rest), let hours = take(2, of: &rest), next(":", of: &rest),
            let minutes = take(2, of: &rest), rest.isEmpty, hours < 24, minutes < 60
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 60 + minutes)
    }

    /// Units in their order, none left out between two others; weeks stand alone.
    static func isDuration(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        guard next("P", of: &rest) else { return false }
        let halves = rest.split(separator: UInt8(ascii: "T"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let days = units(halves[0]) else { return false }
        if halves.count == 1 { return !days.isEmpty && ("YMD".contains(days) || days == "W") }
        guard let time = units(halves[1]), !time.isEmpty else { return false }
        return "HMS".contains(time) && (days.isEmpty || "YMD".contains(days))
    }

    /// The letters behind the numbers; nil when something else is there.
    private static func units(_ bytes: ArraySlice<UInt8>) -> String? {
        var letters = ""
        var rest = bytes
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCIIDigit }
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty, let letter = rest.popFirst(), "YMDWHS".utf8.contains(letter) else { return nil }
            letters.unicodeScalars.append(Unicode.Scalar(letter))
        }
        return letters
    }

    private static func number(_ bytes: ArraySlice<UInt8>, digits: Int) -> Int? {
        guard bytes.count == digits, bytes.allSatisfy(\.isASCIIDigit) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func take(_ digits: Int, of rest: inout ArraySlice<UInt8>) -> Int? {
        defer { rest = rest.dropFirst(digits) }
        return number(rest.prefix(digits), digits: digits)
    }

    private static func next(_ letter: Unicode.Scalar, of rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: letter) else { return false }
        rest.removeFirst()
        return true
    }
}
