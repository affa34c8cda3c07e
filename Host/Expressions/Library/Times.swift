import PatchbayCore

extension Library {
    /// `timestamp(x)`, `duration(x)`, `string(t)`, `int(t)`, and the parts of both: `t.getHours("Europe/Berlin")`.
    static let timeFunctions: [Overload] = timeConversions + timestampParts + durationParts

    private static let timeConversions: [Overload] = [
        .unary("timestamp", id: "timestamp_to_timestamp") { (instant: Instant, _) throws(Fault) in instant },
        .unary("timestamp", id: "int64_to_timestamp") { (seconds: Int64, evaluation) throws(Fault) in
            guard Instant.range.contains(seconds) else {
                throw evaluation.instantRange("\(seconds) seconds since 1970")
            }
            return Instant(seconds: seconds)
        },
        .unary("timestamp", id: "string_to_timestamp") { (text: String, evaluation) throws(Fault) in
            try evaluation.instant(text)
        },
        .unary("duration", id: "duration_to_duration") { (span: TimeSpan, _) throws(Fault) in span },
        .unary("duration", id: "int64_to_duration") { (nanoseconds: Int64, _) throws(Fault) in
            TimeSpan(nanoseconds: nanoseconds)
        },
        .unary("duration", id: "string_to_duration") { (text: String, evaluation) throws(Fault) in
            try evaluation.span(text)
        },
        .unary("string", id: "timestamp_to_string") { (instant: Instant, _) throws(Fault) in instant.description },
        .unary("string", id: "duration_to_string") { (span: TimeSpan, _) throws(Fault) in span.description },
        .unary("int", id: "timestamp_to_int64") { (instant: Instant, _) throws(Fault) in instant.seconds },
        .unary("int", id: "duration_to_int64") { (span: TimeSpan, evaluation) throws(Fault) in
            guard let whole = Int64(exactly: span.nanoseconds) else { throw evaluation.spanRange(span.description) }
            return whole
        },
    ]

    /// A function without a zone asks UTC. Months and days count from 0, but for `getDate`.
    private static let timestampParts: [Overload] =
        part("getFullYear", "year") { time, _ in time.date.year }
        + part("getMonth", "month") { time, _ in time.date.month - 1 }
        + part("getDayOfYear", "day_of_year") { time, _ in (time.date.dayOfYear ?? 1) - 1 }
        + part("getDayOfMonth", "day_of_month") { time, _ in time.date.day - 1 }
        + part("getDate", "day_of_month_1_based") { time, _ in time.date.day }
        + part("getDayOfWeek", "day_of_week") { time, _ in time.date.weekday ?? 0 }
        + part("getHours", "hours") { time, _ in time.hour }
        + part("getMinutes", "minutes") { time, _ in time.minute }
        + part("getSeconds", "seconds") { time, _ in time.second }
        + part("getMilliseconds", "milliseconds") { _, instant in Int64(instant.nanos / 1_000_000) }

    private static func part(
        _ name: String, _ id: String, _ part: @escaping @Sendable (CivilTime, Instant) -> Int64
    ) -> [Overload] {
        [
            .unary(name, id: "timestamp_to_\(id)", .receiver) { (instant: Instant, _) throws(Fault) in
                part(CivilTime(secondsSinceEpoch: instant.seconds), instant)
            },
            .binary(name, id: "timestamp_to_\(id)_with_tz", .receiver) {
                (instant: Instant, zone: String, evaluation) throws(Fault) in
                part(try evaluation.zone(zone).civilTime(at: instant.seconds), instant)
            },
        ]
    }

    /// The whole span in that unit, cut.
    private static let durationParts: [Overload] = [
        ("getHours", "hours", 3_600_000_000_000 as Int128), ("getMinutes", "minutes", 60_000_000_000),
        ("getSeconds", "seconds", 1_000_000_000), ("getMilliseconds", "milliseconds", 1_000_000),
    ].map { name, id, unit in
        .unary(name, id: "duration_to_\(id)", .receiver) { (span: TimeSpan, _) throws(Fault) in
            Int64(clamping: span.nanoseconds / unit)
        }
    }
}

extension Evaluation {
    /// The rules of a time zone: an IANA name, `UTC`, or an offset such as `+02:00`.
    func zone(_ name: String) throws(Fault) -> TimeZoneRules {
        if let rules = surroundings.zones.rules(named: name) { return rules }
        throw fault(
            .value, "there is no time zone \(name.quoted)", hint: "write a name such as \"Europe/Berlin\" or \"+02:00\""
        )
    }

    func instant(_ text: String) throws(Fault) -> Instant {
        do throws(Instant.TextFault) {
            return try Instant(text)
        } catch {
            switch error {
            case .range: throw instantRange(text.quoted)
            case .syntax:
                throw fault(.value, "\(text.quoted) is no timestamp", hint: "write \"2026-01-31T12:30:00Z\" (RFC 3339)")
            }
        }
    }

    mutating func span(_ text: String) throws(Fault) -> TimeSpan {
        try budget.take(bytes: text.utf8.count, at: offset)
        do throws(TimeSpan.TextFault) {
            return try TimeSpan(text)
        } catch {
            switch error {
            case .range: throw spanRange(text.quoted)
            case .syntax:
                throw fault(.value, "\(text.quoted) is no duration", hint: "write \"1h30m\", \"45s\" or \"500ms\"")
            }
        }
    }

    func instantRange(_ what: String) -> Fault {
        fault(.value, "\(what) is out of the range of timestamps", hint: "they go from the year 1 to the year 9999")
    }

    func spanRange(_ what: String) -> Fault {
        fault(.value, "\(what) is out of the range of durations", hint: "they go to about 292 years either way")
    }
}
