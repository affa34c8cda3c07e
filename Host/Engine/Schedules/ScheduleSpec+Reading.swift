package import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

extension ScheduleSpec {
    static let kinds = ["cron", "every", "at"]

    static let members = [
        MemberSchema(
            "cron", "Cron", "Five fields (minute, hour, day of month, month, day of week), or six with seconds first.",
            .text(limit: 1_000), examples: ["30 9 * * MON-FRI", "*/10 * * * * *", "@daily"]),
        MemberSchema(
            "every", "Every", "How long from one time to the next, counted from \"from\"; at least 1s.", .timeout,
            examples: ["15m", "2h"]),
        MemberSchema(
            "at", "At", "One time of RFC 3339, or up to \(mostMoments).",
            .either([moment, .array(of: moment, count: 1...Int64(mostMoments))]), examples: ["2026-01-12T10:05:00Z"]),
        MemberSchema(
            "zone", "Time zone", "Whose clocks the fields of \"cron\" mean: a name of the IANA database, or an offset.",
            .text(limit: 64), standard: "UTC", examples: ["Europe/Berlin", "+02:00"]),
        MemberSchema(
            "from", "From", "A time that \"every\" counts from, forwards and backwards.", moment,
            standard: "1970-01-01T00:00:00Z", examples: ["2026-01-12T10:05:00Z"]),
        MemberSchema(
            "jitter", "Jitter",
            "Up to how much later a run starts, so that not all do at once: each schedule's times by amounts of their "
                + "own, never beyond the next time. At most 1d.", .duration, examples: ["30s"]),
        MemberSchema(
            "missed", "Missed times", "What is done about times at which no host was there.", .words(Missed.self),
            standard: "skip"),
        MemberSchema(
            "most", "Most", "With \"missed\": \"all\", how many of the last ones are made up for.",
            .integer(mostMade), standard: .int(Int64(standardMost))),
        MemberSchema(
            "grace", "Grace", "How late a run may start; what is later was missed. 1s to 30d.", .timeout,
            standard: .string(DurationText.text(standardGrace))),
        MemberSchema(
            "overlap", "Overlap", "What is done when the run before has not ended.", .words(Overlap.self),
            standard: "allow"),
        MemberSchema(
            "input", "Input", "The body that runs are started with.", .anything, examples: [["report": "daily"]]),
    ]

    /// Of its members.
    package static let names = members.map(\.name)

    static let rules = [
        MemberRule.with("zone", needs: ["cron"]), MemberRule.with("from", needs: ["every"]),
        MemberRule.when(
            "missed", is: [Missed.all.rawValue], then: true, otherwise: MemberRule.without(["most"])),
    ]

    private static let moment = ValueShape([
        "type": "string", "format": "date-time",
        "pattern": #"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}"#,
    ])

    /// Reads the members of a schedule; nil when there is something wrong with them, which the reader then holds.
    ///
    /// - Parameter zones: What zones there are; nil: their names are not looked up.
    package init?(reading reader: inout MemberReader, zones: (any TimeZones)?) {
        let before = reader.problems.count
        let given = Self.kinds.filter { reader.object[$0] != nil }
        if given.count != 1 {
            reader.report(
                "missing-member",
                "\(reader.subject) needs one of \"cron\", \"every\" and \"at\", and has \(given.count)",
                hint: "write \"cron\": \"30 9 * * MON-FRI\", \"every\": \"15m\" or \"at\": \"2026-01-12T10:05:00Z\"")
        }
        let zone = Self.zone(&reader, zones)
        let rule: Rule? =
            switch given.first {
            case "cron": Self.cron(&reader, zones)
            case "every": Self.interval(&reader)
            case "at": Self.moments(&reader)
            default: nil
            }
        let jitter = reader.duration("jitter") ?? 0
        if jitter > Self.longestJitter {
            reader.report("bad-value", at: "jitter", "the jitter of \(reader.subject) may be 1d", hint: "write less")
        }
        let missed = reader.word("missed", of: Missed.self) ?? .skip
        let most = reader.integer("most", in: Self.mostMade)
        if reader.object["most"] != nil, missed != .all { Self.refuse("most", "with \"missed\": \"all\"", &reader) }
        let grace = reader.duration("grace") ?? Self.standardGrace
        if !Self.graces.contains(grace) {
            reader.report(
                "bad-value", at: "grace", "the grace of \(reader.subject) must be 1s to 30d",
                hint: "write such as \"5m\"")
        }
        let overlap = reader.word("overlap", of: Overlap.self) ?? .allow
        guard let rule, reader.problems.count == before else { return nil }
        var clocks = zone
        if case .cron(let schedule) = rule, let own = schedule.zone { clocks = own }
        self.init(
            rule: rule, zone: clocks, jitter: jitter, missed: missed, most: most.map { Int($0) } ?? Self.standardMost,
            grace: grace, overlap: overlap, input: reader.object["input"] ?? [:])
    }

    private static func refuse(_ name: String, _ condition: String, _ reader: inout MemberReader) {
        reader.report(
            "unknown-member", at: name, "\(name.quoted) has a meaning \(condition) only", hint: "remove it")
    }

    private static func zone(_ reader: inout MemberReader, _ zones: (any TimeZones)?) -> String {
        guard let zone = reader.text("zone", limit: 64) else { return "UTC" }
        guard reader.object["cron"] != nil else {
            refuse("zone", "with \"cron\"", &reader)
            return zone
        }
        if let zones, zones.rules(named: zone) == nil { report(zone, at: "zone", &reader) }
        return zone
    }

    private static func report(_ zone: String, at name: String, _ reader: inout MemberReader) {
        reader.report(
            "unknown-zone", at: name, "there is no time zone \(zone.quoted)",
            hint: "write a name of the IANA database, such as \"Europe/Berlin\", or an offset, such as \"+02:00\"")
    }

    private static func cron(_ reader: inout MemberReader, _ zones: (any TimeZones)?) -> Rule? {
        if reader.object["from"] != nil { refuse("from", "with \"every\"", &reader) }
        guard let text = reader.text("cron", limit: 1_000) else { return nil }
        do throws(CronError) {
            let schedule = try CronSchedule(text)
            if let own = schedule.zone, let zones, zones.rules(named: own) == nil {
                report(own, at: "cron", &reader)
            }
            return .cron(schedule)
        } catch {
            reader.report(
                "bad-cron", at: "cron",
                "\(text.quoted) is no schedule: character \(error.offset + 1): \(error.message)",
                hint: error.hint)
            return nil
        }
    }

    private static func interval(_ reader: inout MemberReader) -> Rule? {
        let from =
            reader.object["from"] == nil
            ? Timestamp(milliseconds: 0) : moment(reader.text("from", limit: 64), at: "from", &reader)
        guard let interval = reader.duration("every") else { return nil }
        guard interval >= 1_000 else {
            reader.report(
                "bad-value", at: "every", "\"every\" of \(reader.subject) must be at least 1s",
                hint: "write such as \"15m\"")
            return nil
        }
        return from.map { .every(interval, from: $0) }
    }

    private static func moments(_ reader: inout MemberReader) -> Rule? {
        if reader.object["from"] != nil { refuse("from", "with \"every\"", &reader) }
        if reader.object["at"]?.string != nil {
            return moment(reader.text("at", limit: 64), at: "at", &reader).map { .moments([$0]) }
        }
        guard let values = reader.array("at") else { return nil }
        guard (1...mostMoments).contains(values.count) else {
            reader.report("bad-value", at: "at", "\"at\" of \(reader.subject) must hold 1 to \(mostMoments) times")
            return nil
        }
        let moments = values.compactMap { value in moment(value.string ?? value.text, at: "at", &reader) }
        return moments.count == values.count ? .moments(Set(moments).sorted()) : nil
    }

    private static func moment(_ text: String?, at name: String, _ reader: inout MemberReader) -> Timestamp? {
        guard let text else { return nil }
        guard let moment = Timestamp(text) else {
            reader.report(
                "bad-value", at: name, "\(text.quoted) is no time",
                hint: "write RFC 3339, such as \"2026-01-12T10:05:00Z\"")
            return nil
        }
        return moment
    }
}
