import ArgumentParser
import PatchbayCore
import PatchbayJSON

/// `patchbay template submissions`
struct TemplateSubmissions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submissions", abstract: "List what tenants submitted, for moderators.",
        discussion: "Example: patchbay template submissions --state rejected")

    @OptionGroup var place: TemplatePlace

    @Option(help: "pending, approved, published, rejected or withdrawn.") var state = "pending"

    func validate() throws {
        guard SubmissionState(rawValue: state) != nil else {
            let words = SubmissionState.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--state is one of \(words).")
        }
    }

    func run() async throws {
        let items = try await place.items("/submissions?limit=200&state=" + state)
        if place.json { return Console.print(json: ["items": .array(items)]) }
        Console.print(
            table: items.map { item in
                [
                    item.shown("name") + "@" + item.shown("version"), item.shown("state"), item.shown("created_by"),
                    item.shown("submitted_at"), item.shown("reasons").shortened(to: 80),
                ]
            }, heading: ["TEMPLATE", "STATE", "BY", "SUBMITTED", "REASONS"], empty: "Nothing is \(state).")
    }
}

/// `patchbay template approve`
struct TemplateApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Let all tenants install a version that was submitted.",
        discussion: "Example: patchbay template approve deployment-notifier@1.0.0")

    @OptionGroup var place: TemplatePlace
    @OptionGroup var submission: TemplateSubmissionName

    func run() async throws { try await submission.decide("approve", [:], place) }
}

/// `patchbay template reject`
struct TemplateReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Refuse a version that was submitted, and say why.")

    @OptionGroup var place: TemplatePlace
    @OptionGroup var submission: TemplateSubmissionName

    @Option(help: "Why; whoever submitted it reads that.") var reasons: String

    func run() async throws { try await submission.decide("reject", ["reasons": .string(reasons)], place) }
}

/// `patchbay template reports`
struct TemplateReports: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reports", abstract: "List what people told the moderators, or close one of it.",
        discussion: """
            Without an id the reports are listed. Example: patchbay template reports rep_… --resolve 'The review is hidden.'
            """)

    @OptionGroup var place: TemplatePlace

    @Argument(help: "Id of the report to close.") var report: String?

    @Option(help: "Say what was done about it.") var resolve: String?
    @Flag(help: "Say that nothing has to be done.") var dismiss = false
    @Option(help: "Which to list: open, resolved or dismissed.") var state = "open"

    func validate() throws {
        guard report == nil || (resolve != nil) != dismiss else {
            throw ValidationError("Say --resolve NOTE or --dismiss: one of the two.")
        }
        guard report != nil || resolve == nil && !dismiss else { throw ValidationError("Name the report to close.") }
        guard report.map({ ReportID($0) != nil }) ?? true else {
            throw ValidationError("A report's id is rep_ and 26 characters: patchbay template reports")
        }
        guard TemplateReport.State(rawValue: state) != nil else {
            let words = TemplateReport.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--state is one of \(words).")
        }
    }

    func run() async throws {
        if let report {
            let body: JSON = resolve.map { ["note": .string($0)] } ?? [:]
            let answer = try await place.ask("POST", "/reports/\(report)/\(dismiss ? "dismiss" : "resolve")", body)
            if place.json { return Console.print(json: answer) }
            return Console.print("\(report) is \(answer.shown("state")).")
        }
        let items = try await place.items("/reports?limit=200&state=" + state)
        if place.json { return Console.print(json: ["items": .array(items)]) }
        Console.print(
            table: items.map { item in
                [
                    item.shown("id"), item.shown("reason"), item.shown("template_id"), item.shown("review_id"),
                    item.shown("text").shortened(to: 80),
                ]
            }, heading: ["REPORT", "REASON", "TEMPLATE", "REVIEW", "TEXT"], empty: "No report is \(state).")
    }
}

/// A version that moderators decide about.
struct TemplateSubmissionName: ParsableArguments {
    /// Where a version is looked for that is named by its template's name.
    private static let decidable: [SubmissionState] = [.pending, .approved]

    @Argument(help: "NAME@VERSION, or ID@VERSION.") var submission: String

    func decide(_ verb: String, _ body: JSON, _ place: TemplatePlace) async throws {
        let answer = try await place.ask("POST", try await path(place) + "/" + verb, body)
        if place.json { return Console.print(json: answer) }
        Console.print("\(answer.shown("name")) \(answer.shown("version")) is \(answer.shown("state")).")
    }

    private func path(_ place: TemplatePlace) async throws -> String {
        let parts = submission.split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2, Version(parts[1]) != nil else {
            throw CommandFailure(
                "`\(submission)` is no version of a template; write NAME@VERSION: patchbay template submissions")
        }
        if TemplateID(parts[0]) != nil { return "/submissions/\(parts[0])/\(parts[1])" }
        for state in Self.decidable {
            let items = try await place.items("/submissions?limit=200&state=" + state.rawValue)
            let found = items.filter { $0["name"]?.string == parts[0] && $0["version"]?.string == parts[1] }
            if found.count > 1 {
                throw CommandFailure(
                    "Several tenants submitted \(submission); name it by its id: patchbay template submissions --json")
            }
            if let id = found.first?["template_id"]?.string { return "/submissions/\(id)/\(parts[1])" }
        }
        throw CommandFailure("\(submission) does not wait for anybody: patchbay template submissions")
    }
}
