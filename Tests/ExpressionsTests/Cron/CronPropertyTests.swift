import PatchbayCore
import PatchbayExpressions
import PatchbayTimeZones
import Testing

/// Random schedules against a search minute by minute, in zones that put their clocks forward and back.
struct CronPropertyTests {
    private struct Field {
        var text: String
        var values: Set<Int64>
        var isAny = false
    }

    private let zones = SystemTimeZones()

    @Test(arguments: ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "+05:45"])
    func `the next time comes after, matches, and nothing between does`(name: String) throws {
        let rules = try #require(zones.rules(named: name))
        var generator = Generator(state: 5)
        for _ in 0..<150 {
            let fields = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6)].map {
                Self.field($0.0...$0.1, using: &generator)
            }
            let text = fields.map(\.text).joined(separator: " ")
            let schedule = try CronSchedule(text)
            // Around the changes of 2026 as often as anywhere.
            let starts: [Int64] = [
                rules.nextChange(after: 1_767_225_600), rules.nextChange(after: 1_780_000_000),
                Int64.random(in: 1_700_000_000...1_900_000_000, using: &generator),
            ].compactMap { $0 }
            let start = starts.randomElement(using: &generator)! + Int64.random(in: -9_000...4_000, using: &generator)
            let next = schedule.next(after: Timestamp(milliseconds: start * 1_000), in: rules)
            let found = next.map { $0.milliseconds / 1_000 }
            let horizon = start + 100_000
            let expected = Self.first(of: fields, from: start + 1, to: horizon, in: rules)
            if let expected {
                #expect(found == expected, "\(text) after \(start) in \(name)")
            } else if let found {
                #expect(found > horizon, "\(text) after \(start) in \(name)")
                #expect(Self.matches(fields, rules.civilTime(at: found)), "\(text) after \(start) in \(name)")
            }
        }
    }

    private static func first(of fields: [Field], from start: Int64, to end: Int64, in rules: TimeZoneRules) -> Int64? {
        var moment = start
        while moment <= end {
            let time = rules.civilTime(at: moment)
            // Offsets of our days are whole minutes.
            let rest = 60 - time.second
            if matches(fields, time, anySecond: true) {
                let second = (time.second...59).first { fields[0].values.contains($0) }
                if let second { return moment + second - time.second }
            }
            moment += rest
        }
        return nil
    }

    private static func matches(_ fields: [Field], _ time: CivilTime, anySecond: Bool = false) -> Bool {
        guard anySecond || fields[0].values.contains(time.second), fields[1].values.contains(time.minute),
            fields[2].values.contains(time.hour), fields[4].values.contains(time.date.month)
        else { return false }
        let ofMonth = fields[3].values.contains(time.date.day)
        let ofWeek = fields[5].values.contains(time.date.weekday!)
        return fields[3].isAny || fields[5].isAny ? ofMonth && ofWeek : ofMonth || ofWeek
    }

    private static func field(_ range: ClosedRange<Int64>, using generator: inout Generator) -> Field {
        let low = Int64.random(in: range, using: &generator)
        let high = Int64.random(in: low...range.upperBound, using: &generator)
        let step = Int64.random(in: 1...7, using: &generator)
        func every(_ step: Int64, from: Int64, to: Int64) -> Set<Int64> {
            Set(stride(from: from, through: to, by: Int64.Stride(step)))
        }
        switch Int.random(in: 0...7, using: &generator) {
        case 0: return Field(text: "\(low)", values: [low])
        case 1: return Field(text: "\(low)-\(high)", values: every(1, from: low, to: high))
        case 2: return Field(text: "\(low)-\(high)/\(step)", values: every(step, from: low, to: high))
        case 3:
            return Field(
                text: "*/\(step)", values: every(step, from: range.lowerBound, to: range.upperBound), isAny: step == 1)
        case 4: return Field(text: "\(low),\(high)", values: [low, high])
        case 5: return Field(text: "\(low)/\(step)", values: every(step, from: low, to: range.upperBound))
        default: return Field(text: "*", values: Set(range), isAny: true)
        }
    }
}
