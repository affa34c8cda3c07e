import PatchbayCore

/// Reads a schedule.
struct CronReader {
    /// Longer than any list of all values.
    private static let longestText = 1_000

    private struct Word {
        var text: String
        var offset: Int
    }

    private static let named: [(name: String, fields: String)] = [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
    ]

    private var words: [Word]
    private let length: Int

    init(_ text: String) {
        length = text.utf8.count
        words = []
        guard length <= Self.longestText else { return }
        var word: [UInt8] = []
        for (offset, byte) in (Array(text.utf8) + [0x20]).enumerated() {
            if byte != 0x20 && byte != 0x09 {
                word.append(byte)
            } else if !word.isEmpty {
                words.append(Word(text: String(decoding: word, as: UTF8.self), offset: offset - word.count))
                word.removeAll()
            }
        }
    }

    mutating func schedule() throws(CronError) -> (zone: String?, rule: CronSchedule.Rule) {
        guard length <= Self.longestText else {
            let message = "the schedule has \(length) bytes, the limit is \(Self.longestText)"
            throw CronError(message: message, offset: 0)
        }
        let zone = try zone()
        guard let first = words.first else {
            throw CronError(
                message: zone == nil ? "the schedule is empty" : "nothing follows the zone", offset: length,
                hint: Self.fieldsHint)
        }
        if first.text.hasPrefix("@") { return (zone, try shorthand(first)) }
        return (zone, .times(try times()))
    }

    private static let fieldsHint =
        "write minute, hour, day of month, month and day of week, as in \"30 9 * * MON-FRI\", or \"@daily\""

    private mutating func zone() throws(CronError) -> String? {
        guard let first = words.first else { return nil }
        for prefix in ["CRON_TZ=", "TZ="] where first.text.hasPrefix(prefix) {
            let name = String(first.text.dropFirst(prefix.count))
            guard !name.isEmpty else {
                throw CronError(
                    message: "\(prefix) names no time zone", offset: first.offset + prefix.count,
                    hint: "write a name of the IANA database, as in \(prefix)Europe/Berlin")
            }
            words.removeFirst()
            return name
        }
        return nil
    }

    private func shorthand(_ first: Word) throws(CronError) -> CronSchedule.Rule {
        let name = first.text.lowercased()
        if name == "@every" {
            guard words.count == 2, let text = words.last else {
                throw CronError(
                    message: "@every needs one duration", offset: first.offset, hint: "write \"@every 1h30m\"")
            }
            let milliseconds: Int64
            do {
                milliseconds = try DurationText.milliseconds(text.text)
            } catch {
                throw CronError(message: error.message, offset: text.offset, hint: error.hint)
            }
            guard milliseconds >= 1_000, milliseconds % 1_000 == 0 else {
                throw CronError(
                    message: "\(text.text.quoted) is not a number of whole seconds", offset: text.offset,
                    hint: "write at least \"1s\"")
            }
            return .every(milliseconds / 1_000)
        }
        guard let known = Self.named.first(where: { $0.name == name }) else {
            let names = Self.named.map(\.name) + ["@every"]
            throw CronError(
                message: "there is no schedule \(first.text.quoted)", offset: first.offset,
                hint: name == "@reboot"
                    ? "a schedule is a matter of time, not of servers that start"
                    : Suggestion.hint(for: first.text, among: names, known: "there are"))
        }
        guard words.count == 1 else {
            throw CronError(
                message: "\(words[1].text.quoted) follows \(known.name), which stands alone", offset: words[1].offset)
        }
        var reader = CronReader(known.fields)
        return .times(try reader.times())
    }

    private mutating func times() throws(CronError) -> CronTimes {
        guard words.count == 5 || words.count == 6 else {
            throw CronError(
                message: "the schedule has \(words.count) \(words.count == 1 ? "field" : "fields"), not 5 or 6",
                offset: words.count > 6 ? words[6].offset : length, hint: Self.fieldsHint)
        }
        var times = CronTimes()
        for (field, word) in zip(CronField.allCases.suffix(words.count), words) {
            var reader = CronFieldReader(field, word.text, offset: word.offset)
            let (values, isAny) = try reader.values()
            switch field {
            case .second: times.seconds = values
            case .minute: times.minutes = values
            case .hour: times.hours = values
            case .dayOfMonth: (times.daysOfMonth, times.isAnyDayOfMonth) = (values, isAny)
            case .month: times.months = values
            case .dayOfWeek: (times.daysOfWeek, times.isAnyDayOfWeek) = (values, isAny)
            }
        }
        return times
    }
}
