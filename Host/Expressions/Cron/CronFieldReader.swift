import PatchbayCore

/// Reads one field: a list of `*`, `?`, a value, a range and their steps; of days also `L`, `FRI#2` and `FRIL`.
struct CronFieldReader {
    private let field: CronField
    private let bytes: [UInt8]
    /// Where the field stands in the schedule.
    private let start: Int
    private var place = 0

    init(_ field: CronField, _ text: String, offset: Int) {
        self.field = field
        bytes = Array(text.utf8)
        start = offset
    }

    /// The values as `CronTimes` keeps them, and whether the field allows everything.
    mutating func values() throws(CronError) -> (bits: UInt64, isAny: Bool) {
        var (bits, isAny) = try part()
        while skip(",") {
            let (more, isAnother) = try part()
            bits |= more
            isAny = isAny || isAnother
        }
        guard place == bytes.count else { throw failure("\(rest) does not belong there") }
        return (bits, isAny)
    }

    private mutating func part() throws(CronError) -> (bits: UInt64, isAny: Bool) {
        let first = place
        if skip("*") || skip("?") {
            if bytes[first] == UInt8(ascii: "?"), !field.isOfDays {
                throw failure("\"?\" may stand for a day only", at: first, hint: "write \"*\"")
            }
            let step = try step()
            return (bits(field.whole, by: step ?? 1), step ?? 1 == 1)
        }
        if field == .dayOfMonth, skipLetter("l") { return (1, false) }
        let low = try value()
        if field == .dayOfWeek, skip("#") { return (try ordinal(of: low), false) }
        if field == .dayOfWeek, skipLetter("l") { return (1 << UInt64(low % 7 * 8), false) }
        guard skip("-") else {
            // `5/15` begins with the fifth and goes on to the end.
            guard let step = try step() else { return (bits(low...low, by: 1), false) }
            return (bits(low...max(low, field.whole.upperBound), by: step), false)
        }
        let highPlace = place
        var high = try value()
        if field == .dayOfWeek, high == 0, low > 0 { high = 7 }
        guard low <= high else {
            throw failure(
                "the range ends before it begins", at: highPlace, hint: "write two ranges with a comma between")
        }
        return (bits(low...high, by: try step() ?? 1), false)
    }

    /// After `FRI#`.
    private mutating func ordinal(of weekday: Int) throws(CronError) -> UInt64 {
        let first = place
        guard let number = number(), (1...5).contains(number) else {
            throw failure(
                "\"#\" needs 1 to 5, the week of the month", at: first, hint: "write \"FRI#2\" for the second")
        }
        return 1 << UInt64(weekday % 7 * 8 + number)
    }

    private mutating func step() throws(CronError) -> Int? {
        guard skip("/") else { return nil }
        let first = place
        guard let step = number() else { throw failure("\"/\" needs a number after it") }
        guard step > 0 else { throw failure("a step cannot be 0", at: first, hint: "write 1 or more") }
        let most = field.whole.count
        guard step <= most else {
            throw failure(
                "the step \(step) is longer than the whole \(field.rawValue) field", at: first,
                hint: "steps start anew each time; write at most \(most), or \"@every\" with a duration")
        }
        return step
    }

    private mutating func value() throws(CronError) -> Int {
        let first = place
        if let number = number() {
            guard field.values.contains(number) else {
                throw failure("\(number) is no \(field.rawValue)", at: first, hint: field.hint)
            }
            return number
        }
        let letters = bytes[place...].prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
        let name = String(decoding: letters.prefix(3), as: UTF8.self).lowercased()
        let isLast = letters.count == 4 && field == .dayOfWeek && letters.last.map { $0 | 0x20 } == UInt8(ascii: "l")
        guard let position = field.names.firstIndex(of: name), letters.count == 3 || isLast else {
            if place == bytes.count || bytes[place] == UInt8(ascii: ",") {
                throw failure("a value is missing", hint: field.hint)
            }
            let word = letters.isEmpty ? rest : String(decoding: letters, as: UTF8.self).quoted
            throw failure("\(word) is no \(field.rawValue)", hint: field.hint)
        }
        place += 3
        return position + field.whole.lowerBound
    }

    private mutating func number() -> Int? {
        let digits = bytes[place...].prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        place += digits.count
        return digits.reduce(0) { min($0 * 10 + Int($1 - 0x30), 1_000_000) }
    }

    private func bits(_ range: ClosedRange<Int>, by step: Int) -> UInt64 {
        var bits: UInt64 = 0
        for value in stride(from: range.lowerBound, through: range.upperBound, by: step) {
            bits |= field == .dayOfWeek ? CronTimes.everyOfWeekday << UInt64(value % 7 * 8) : 1 << UInt64(value)
        }
        return bits
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func skipLetter(_ lowerCase: Unicode.Scalar) -> Bool {
        guard place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: lowerCase) else { return false }
        place += 1
        return true
    }

    private var rest: String { String(decoding: bytes[place...], as: UTF8.self).quoted }

    private func failure(_ message: String, at place: Int? = nil, hint: String? = nil) -> CronError {
        CronError(message: message, field: field, offset: start + (place ?? self.place), hint: hint ?? field.hint)
    }
}
