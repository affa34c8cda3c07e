import PatchbayCore
import PatchbayJSON
import PatchbayTimeZones
import Testing

@testable import PatchbayEngine

/// Schedules as documents write them.
enum ScheduleFixture {
    static let zones = SystemTimeZones()

    static func spec(_ config: JSON) throws -> ScheduleSpec {
        var reader = MemberReader(config.object ?? [:], at: "", subject: "the schedule")
        let spec = ScheduleSpec(reading: &reader, zones: zones)
        return try #require(spec, "\(reader.problems.map(\.message))")
    }

    static func times(_ spec: ScheduleSpec, id: ScheduleID = id(1)) throws -> ScheduleTimes {
        try #require(spec.times(of: id, in: zones))
    }

    static func id(_ number: UInt64) -> ScheduleID { ScheduleID(high: 0x0190_0000_0000_7000, low: 1 << 63 | number) }

    static func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }
}
