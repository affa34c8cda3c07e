import PatchbayCore
import PatchbayJSON

/// A template's numbers, day by day without gaps.
struct TemplateAnalytics {
    let days: [TemplateDay]

    /// - Parameters:
    ///   - known: Days on which something happened, and perhaps one before the range.
    ///   - now: How many installations there are.
    init(_ known: [TemplateDay], over range: ClosedRange<Int64>, now: Int) {
        let byDay = Dictionary(known.map { ($0.day, $0) }, uniquingKeysWith: { first, _ in first })
        // Of days before anything is known, the first change says how many there were: one fewer by each that came.
        let first = known.first { $0.active != nil }
        var active = first.map { $0.day < range.lowerBound ? $0.active! : $0.active! - $0.installs + $0.uninstalls }
        active = max(active ?? now, 0)
        days = range.map { number in
            var day = byDay[number] ?? TemplateDay(day: number)
            active = day.active ?? active
            day.active = active
            return day
        }
    }

    /// With the totals; `active_installations` of those are the last day's.
    var json: JSONObject {
        let total = TemplateDay(
            day: 0, views: days.map(\.views).reduce(0, +), installs: days.map(\.installs).reduce(0, +),
            uninstalls: days.map(\.uninstalls).reduce(0, +), active: days.last?.active ?? 0,
            runs: days.map(\.runs).reduce(0, +))
        return [
            "totals": .object(total.numbers),
            "days": .array(days.map { .object($0.numbers.with("day", .string(Self.text($0.day)))) }),
        ]
    }

    private static func text(_ day: Int64) -> String {
        String(Timestamp(milliseconds: day * 86_400_000).description.prefix(10))
    }
}

extension TemplateDay {
    fileprivate var numbers: JSONObject {
        [
            "views": .int(Int64(views)), "installs": .int(Int64(installs)), "uninstalls": .int(Int64(uninstalls)),
            "active_installations": .int(Int64(active ?? 0)), "runs": .int(Int64(runs)),
        ]
    }
}
