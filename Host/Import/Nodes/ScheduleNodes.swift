import PatchbayCore
import PatchbayJSON

/// Schedule Trigger, Cron and Interval.
enum ScheduleNodes {
    /// What n8n's item holds; of its members only the time has an equal.
    private static let items = Items(
        "trigger",
        shape: Shape(members: [("timestamp", .source("trigger.time"))], rest: nil, subject: "a schedule's item"))

    static func schedule(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let intervals = work.raw("rule.interval")?.array ?? [[:]]
        var configs: [JSONObject] = []
        for interval in intervals.isEmpty ? [[:]] : intervals { configs += try config(of: interval) }
        return try draft(configs, &work)
    }

    /// Several times of one trigger are several triggers here.
    private static func draft(_ configs: [JSONObject], _ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        guard var first = configs.first else { throw Untranslatable("the schedule has no times") }
        let zone = work.settings["timezone"]?.string.flatMap { $0 == "DEFAULT" || $0.isEmpty ? nil : $0 }
        if first["cron"] != nil, zone == nil {
            work.approximate("its clocks are taken to be those of UTC, because the workflow names no time zone")
        }
        let all = configs.map { config in
            var config = config
            if let zone, config["cron"] != nil { config["zone"] = .string(zone) }
            return config
        }
        first = all[0]
        var draft = NodeDraft(.schedule, .trigger, config: first)
        draft.others = all.dropFirst().prefix(20).map { ["config": .object($0)] }
        draft.trigger = items
        return draft
    }

    private static func number(_ json: JSON, _ name: String, _ standard: Int64) throws(Untranslatable) -> Int64 {
        if let text = json[name]?.string, let number = Int64(text.trimmed) { return number }
        if json[name]?.string != nil { throw Untranslatable("a schedule cannot hold an expression") }
        return json[name]?.int ?? standard
    }

    private static func every(_ count: Int64, _ unit: String) -> JSONObject {
        ["every": .string("\(max(1, count))\(unit)")]
    }

    private static func config(of rule: JSON) throws(Untranslatable) -> [JSONObject] {
        let (hour, minute) = (try number(rule, "triggerAtHour", 0), try number(rule, "triggerAtMinute", 0))
        switch rule["field"]?.string ?? "days" {
        case "seconds": return [every(try number(rule, "secondsInterval", 30), "s")]
        case "minutes": return [every(try number(rule, "minutesInterval", 5), "m")]
        case "hours":
            let hours = try number(rule, "hoursInterval", 1)
            guard hours > 0, hours <= 24, 24 % hours == 0 else { return [every(hours, "h")] }
            return [cron("\(minute) \(hours == 1 ? "*" : "*/\(hours)") * * *")]
        case "days":
            let days = try number(rule, "daysInterval", 1)
            return [cron("\(minute) \(hour) \(days == 1 ? "*" : "*/\(days)") * *")]
        case "weeks":
            guard try number(rule, "weeksInterval", 1) == 1 else {
                throw Untranslatable("a time that comes every few weeks has no equal; use \"every\" with days")
            }
            let days = (rule["triggerAtDay"]?.array ?? [0]).compactMap(\.int).map(String.init)
            return [cron("\(minute) \(hour) * * \(days.isEmpty ? "0" : days.joined(separator: ","))")]
        case "months":
            let months = try number(rule, "monthsInterval", 1)
            let day = try number(rule, "triggerAtDayOfMonth", 1)
            return [cron("\(minute) \(hour) \(day) \(months == 1 ? "*" : "*/\(months)") *")]
        case "cronExpression": return [try cron(rule["expression"])]
        case let field: throw Untranslatable("times by \(field.quoted) have no equal")
        }
    }

    private static func cron(_ text: String) -> JSONObject { ["cron": .string(text)] }

    private static func cron(_ json: JSON?) throws(Untranslatable) -> JSONObject {
        guard var text = json?.string?.trimmed, !text.isEmpty else {
            throw Untranslatable("the cron expression is empty")
        }
        if ScriptTemplate.isTemplate(text) {
            guard !text.contains("{{") else { throw Untranslatable("a schedule cannot hold an expression") }
            text = String(text.dropFirst()).trimmed
        }
        return cron(text)
    }

    // MARK: The old nodes

    static func cron(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var configs: [JSONObject] = []
        for time in work.raw("triggerTimes.item")?.array ?? [] {
            let (hour, minute) = (try number(time, "hour", 14), try number(time, "minute", 0))
            switch time["mode"]?.string ?? "everyDay" {
            case "everyMinute": configs.append(cron("* * * * *"))
            case "everyHour": configs.append(cron("\(minute) * * * *"))
            case "everyDay": configs.append(cron("\(minute) \(hour) * * *"))
            case "everyWeek": configs.append(cron("\(minute) \(hour) * * \(try number(time, "weekday", 1))"))
            case "everyMonth": configs.append(cron("\(minute) \(hour) \(try number(time, "dayOfMonth", 1)) * *"))
            case "everyX":
                configs.append(every(try number(time, "value", 2), time["unit"]?.string == "minutes" ? "m" : "h"))
            case "custom": configs.append(try cron(time["cronExpression"]))
            case let mode: throw Untranslatable("times of the mode \(mode.quoted) have no equal")
            }
        }
        return try draft(configs, &work)
    }

    static func interval(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let count = work.raw("interval")?.int ?? 1
        let unit = try work.word("unit", "seconds")
        return try draft([every(count, unit == "hours" ? "h" : unit == "minutes" ? "m" : "s")], &work)
    }
}
