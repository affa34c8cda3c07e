import ArgumentParser
import PatchbayCore
import PatchbayExpressions
import PatchbayJSON
import PatchbayTimeZones

struct ExprCron: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron", abstract: "List the next moments of a schedule.",
        discussion: """
            A line: {"expr", "tz"?, "after"?, "count"?}. Its answer: {"next": ["2026-01-01T00:00:00Z", …]}, with fewer \
            moments where there are no more, or {"error": {"message"}}.
            """)

    @OptionGroup var options: ExprOptions

    @Option(help: "The time zone that the schedule is read in.") var tz = "UTC"

    @Option(help: "A moment, RFC 3339; now when absent.") var after: String?

    @Option(help: "How many moments.") var count = 5

    func run() throws {
        let (now, zones) = (SystemTime().now, SystemTimeZones())
        try options.run {
            CronLine.answer($0, now: now, zones: zones)
        } request: { expression in
            [
                "expr": .string(expression), "tz": .string(tz), "after": .string(after ?? now.description),
                "count": .int(Int64(count)),
            ]
        } show: { answer in
            let next = (answer["next"]?.array ?? []).compactMap(\.string)
            return next.isEmpty ? "never again" : next.joined(separator: "\n")
        }
    }
}
