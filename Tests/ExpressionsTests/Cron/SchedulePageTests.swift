import FoundationEssentials
import PatchbayCore
import PatchbayExpressions
import PatchbayTimeZones
import Testing

/// The examples of `Host/Docs/schedules.md`.
struct SchedulePageTests {
    @Test func `every example of the page is true`() throws {
        let zones = SystemTimeZones()
        var count = 0
        for line in try page().split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimming { $0 == " " } }
            guard cells.count == 3, let after = Timestamp(cells[1]), let expected = Timestamp(cells[2]) else {
                continue
            }
            let schedule = try CronSchedule(cells[0].trimming { $0 == "`" })
            let rules = try #require(zones.rules(named: schedule.zone ?? "UTC"))
            #expect(schedule.next(after: after, in: rules) == expected, "\(line)")
            count += 1
        }
        #expect(count == 11)
    }

    private func page() throws -> String {
        let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        let bytes = FileManager.default.contents(atPath: package.joined(separator: "/") + "/Host/Docs/schedules.md")
        return String(decoding: try #require(bytes), as: UTF8.self)
    }
}

extension Substring {
    fileprivate func trimming(_ isLeftOut: (Character) -> Bool) -> String {
        var text = drop(while: isLeftOut)
        while let last = text.last, isLeftOut(last) { text.removeLast() }
        return String(text)
    }
}

extension String {
    fileprivate func trimming(_ isLeftOut: (Character) -> Bool) -> String { self[...].trimming(isLeftOut) }
}
