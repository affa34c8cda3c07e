import PatchbayCore

/// Moments: JavaScript's `Date`, and the `DateTime` of Luxon that n8n gives (https://moment.github.io/luxon).
extension ExpressionTranslator {
    /// Hours of a unit, as far as every one of them is as long as another.
    private static let spans: [String: (count: Int64, unit: String)] = [
        "millisecond": (1, "ms"), "second": (1, "s"), "minute": (1, "m"), "hour": (1, "h"), "day": (24, "h"),
        "week": (168, "h"),
    ]

    mutating func making(_ type: String, _ arguments: [ScriptExpression]) throws(Untranslatable) -> Term {
        guard type == "Date" else { throw Untranslatable("`new \(type)` has no equal") }
        guard let first = arguments.first else { return Term("now()", .moment) }
        guard arguments.count == 1 else { throw Untranslatable("`new Date` with several numbers has no equal") }
        return try moment(of: try term(first))
    }

    private mutating func moment(of term: Term) throws(Untranslatable) -> Term {
        switch term.kind {
        case .moment: return term
        case .whole, .number, .fraction:
            return Term("timestamp(int(\(term.source)) / 1000)", .moment)
        default:
            remark("a time must be written as RFC 3339 has it")
            return .function("timestamp", [term], .moment)
        }
    }

    mutating func dateTime(_ name: String, _ arguments: [ScriptExpression]) throws(Untranslatable) -> Term {
        switch (name, arguments.count) {
        case ("now", 0), ("local", 0), ("utc", 0): return Term("now()", .moment)
        case ("fromISO", 1...2), ("fromJSDate", 1...2): return try moment(of: try term(arguments[0]))
        case ("fromMillis", 1...2): return Term("timestamp(int(\(try term(arguments[0]).source)) / 1000)", .moment)
        case ("fromSeconds", 1...2): return Term("timestamp(int(\(try term(arguments[0]).source)))", .moment)
        default: throw Untranslatable("`DateTime.\(name)` has no equal")
        }
    }

    /// `now.year`; nil for members that are none of a moment.
    func momentPart(_ name: String, of base: Term) throws(Untranslatable) -> Term? {
        switch name {
        case "year": return base.calling("getFullYear", [], .whole)
        case "month": return Term("\(base.bound(10)).getMonth() + 1", .whole, power: 6)
        case "day": return base.calling("getDate", [], .whole)
        case "hour": return base.calling("getHours", [], .whole)
        case "minute": return base.calling("getMinutes", [], .whole)
        case "second": return base.calling("getSeconds", [], .whole)
        case "weekday":
            return Term("(\(base.bound(10)).getDayOfWeek() + 6) % 7 + 1", .whole, power: 6)
        default: throw Untranslatable("`\(name)` of a moment has no equal")
        }
    }

    mutating func momentMethod(
        _ name: String, _ base: Term, _ arguments: [ScriptExpression]
    ) throws(Untranslatable) -> Term {
        switch (name, arguments.count) {
        case ("toISO", _), ("toISOString", 0), ("toString", 0), ("toJSON", 0): return .function("string", [base], .text)
        case ("toISODate", 0): return base.calling("format", [.text("YYYY-MM-DD")], .text)
        case ("toDate", 0), ("toJSDate", 0), ("toUTC", 0), ("toDateTime", 0): return base
        case ("getTime", 0), ("toMillis", 0), ("valueOf", 0):
            return Term("int(\(base.source)) * 1000", .whole, power: 7)
        case ("toSeconds", 0), ("toUnixInteger", 0): return .function("int", [base], .whole)
        case ("format", 1), ("toFormat", 1): return try formatted(base, arguments[0])
        case ("plus", 1...2), ("minus", 1...2):
            let span = try span(arguments)
            return Term("\(base.bound(6)) \(name == "plus" ? "+" : "-") \(span)", .moment, power: 6)
        case ("getFullYear", 0), ("getHours", 0), ("getMinutes", 0), ("getSeconds", 0), ("getDate", 0), ("getMonth", 0):
            return base.calling(name, [], .whole)
        case ("getDay", 0): return base.calling("getDayOfWeek", [], .whole)
        case ("startOf", 1):
            guard arguments == [.text("day")] else { throw Untranslatable("`startOf` of this has no equal") }
            return Term("timestamp(\(base.bound(10)).format(\"YYYY-MM-DD\") + \"T00:00:00Z\")", .moment)
        default: throw Untranslatable("`\(name)` of a moment has no equal")
        }
    }

    /// Letters of Luxon and Moment that have no field here.
    private static let fields: Set = [
        "YYYY", "yyyy", "YY", "yy", "MMMM", "MMM", "MM", "M", "dddd", "ddd", "EEEE", "EEE", "DD", "dd", "D", "d", "HH",
        "H", "hh",
        "h", "mm", "m", "ss", "s", "SSS", "A", "a", "Z", "ZZ", "X", "x",
    ]

    private func formatted(_ base: Term, _ pattern: ScriptExpression) throws(Untranslatable) -> Term {
        guard case .text(let text) = pattern else {
            throw Untranslatable("the pattern of a time must be written out")
        }
        var rest = text[...]
        while let first = rest.first {
            if first == "'" || first == "[" {
                let end = rest.dropFirst().firstIndex(of: first == "[" ? "]" : "'") ?? rest.startIndex
                rest = rest[rest.index(after: end)...]
                continue
            }
            let run = rest.prefix { $0 == first }
            if first.isASCII, first.isLetter, !Self.fields.contains(String(run)) {
                throw Untranslatable("\(run) in the pattern of a time has no equal")
            }
            rest = rest.dropFirst(run.count)
        }
        // Where Moment's DD and Luxon's dd meet, ours take both.
        return base.calling("format", [.text(text)], .text)
    }

    /// `{days: 1, hours: 2}`, or `1, 'days'`.
    private mutating func span(_ arguments: [ScriptExpression]) throws(Untranslatable) -> String {
        if case .object(let members) = arguments[0], arguments.count == 1 {
            var parts: [String] = []
            for member in members { parts.append(try span(member.value, member.name)) }
            guard !parts.isEmpty else { throw Untranslatable("no span is named") }
            return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " + ")))"
        }
        if arguments.count == 1, case .number = arguments[0] { return try span(arguments[0], "milliseconds") }
        guard arguments.count == 2, case .text(let unit) = arguments[1] else {
            throw Untranslatable("the unit of a span must be written out")
        }
        return try span(arguments[0], unit)
    }

    private mutating func span(_ count: ScriptExpression, _ unit: String) throws(Untranslatable) -> String {
        let word = unit.lowercased()
        let single = word.hasSuffix("s") ? String(word.dropLast()) : word
        guard let (factor, letter) = Self.spans[single] else {
            throw Untranslatable("spans of \(unit) are not all as long, and have no equal")
        }
        if case .number(let digits) = count, let number = Int64(digits) {
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: factor)
            guard !isTooLarge else { throw Untranslatable("the span is too long") }
            return "duration(\"\(product)\(letter)\")"
        }
        let value = whole(try term(count))
        let scaled = factor == 1 ? value.source : "\(value.bound(7)) * \(factor)"
        return "duration(string(\(scaled)) + \"\(letter)\")"
    }
}
