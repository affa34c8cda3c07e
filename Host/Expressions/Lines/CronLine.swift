package import PatchbayCore
package import PatchbayJSON

/// `{"expr", "tz"?, "after"?, "count"?}` → `{"next": [moment, …]}`.
package enum CronLine {
    /// More moments than anybody looks at.
    static let most = 10_000

    /// - Parameter now: what `after` is when the line does not say, RFC 3339.
    package static func answer(_ line: JSON, now: Timestamp, zones: any TimeZones) -> JSON {
        LineRequest.answer(line) { request throws(LineRequest.Refusal) in
            let schedule = try schedule(try request.required("expr"))
            let asked = try request.text("tz")
            let name = schedule.zone ?? asked ?? "UTC"
            guard let rules = zones.rules(named: name) else {
                throw LineRequest.Refusal(
                    "there is no time zone \(name.quoted)", hint: "write one such as \"Europe/Berlin\" or \"+02:00\"")
            }
            let count = try request.number("count") ?? 1
            guard (0...most).contains(count) else { throw LineRequest.Refusal("\"count\" must be 0 to \(most)") }
            var after = now
            if let text = try request.text("after") {
                guard let moment = Timestamp(text) else {
                    throw LineRequest.Refusal(
                        "\(text.quoted) is no moment", hint: "write one such as \"2026-01-12T10:05:00Z\"")
                }
                after = moment
            }
            return ["next": .array(schedule.next(count, after: after, in: rules).map { .string(text($0, in: rules)) })]
        }
    }

    private static func schedule(_ text: String) throws(LineRequest.Refusal) -> CronSchedule {
        do throws(CronError) {
            return try CronSchedule(text)
        } catch {
            throw LineRequest.Refusal(error.message, hint: error.hint, line: 1, column: error.offset + 1)
        }
    }

    /// RFC 3339 with the offset that holds there then: clocks that show an hour twice are told apart by it.
    private static func text(_ moment: Timestamp, in rules: TimeZoneRules) -> String {
        let offset = rules.period(at: moment.milliseconds / 1_000).offset
        // Offsets with seconds, as before 1900, have no text in RFC 3339.
        guard offset != 0, offset % 60 == 0 else { return moment.description.replacing(".000Z", with: "Z") }
        let local = (moment + offset * 1_000).description.dropLast(".000Z".count)
        let minutes = Int64(offset.magnitude) / 60
        let (hour, minute) = ("0\(minutes / 60)".suffix(2), "0\(minutes % 60)".suffix(2))
        return "\(local)\(offset < 0 ? "-" : "+")\(hour):\(minute)"
    }
}
