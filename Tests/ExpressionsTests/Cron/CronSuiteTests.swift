import PatchbayCore
import PatchbayExpressions
import PatchbayJSON
import PatchbayTimeZones
import SharedSuites
import Testing

/// The vectors of robfig/cron: kind `next` (null for never), `matches`, `invalid`.
struct CronSuiteTests {
    private let zones = SystemTimeZones()

    @Test func `the public vectors agree`() throws {
        guard let files = try SharedSuites.files(in: "cron") else { return }
        var counts: [String: Int] = [:]
        for line in files.flatMap({ String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n") }) {
            let vector = try JSON(parsing: String(line))
            let text = try #require((vector["raw_spec"] ?? vector["expr"])?.string)
            let kind = try #require(vector["kind"]?.string)
            counts[kind, default: 0] += 1
            switch kind {
            case "invalid":
                #expect(throws: CronError.self, "\(line)") { try CronSchedule(text) }
            case "matches":
                let at = try moment(vector["at"])
                let next = try CronSchedule(text).next(after: at + -1, in: .utc)
                #expect((next == at) == vector["expected"]?.bool, "\(line)")
            default:
                let schedule = try CronSchedule(text)
                let rules = try rules(schedule.zone ?? vector["tz"]?.string, after: vector["after"])
                let next = schedule.next(after: try moment(vector["after"]), in: rules)
                let expected = vector["expected"]?.isNull == true ? nil : try moment(vector["expected"])
                #expect(next == expected, "\(line)")
            }
        }
        print("cron vectors:", counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
        #expect(counts.values.reduce(0, +) >= 101)
    }

    private func moment(_ json: JSON?) throws -> Timestamp { try #require(Timestamp(json?.string ?? "")) }

    private func rules(_ name: String?, after: JSON?) throws -> TimeZoneRules {
        let name = name == "offset-of-after" ? String((after?.string ?? "").suffix(6)) : name ?? "UTC"
        return try #require(zones.rules(named: name), "\(name)")
    }
}
