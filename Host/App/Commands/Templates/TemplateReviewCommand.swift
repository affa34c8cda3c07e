import ArgumentParser
import PatchbayCore
import PatchbayJSON

/// `patchbay template review`
struct TemplateReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Read what others think of a template, or say it.",
        discussion: """
            Without --stars and --remove the reviews are listed. Who has installed a template reviews it, once; again replaces \
            it. Example: patchbay template review deployment-notifier --stars 5 --text 'Just works.'
            """)

    @OptionGroup var place: TemplatePlace

    @Argument(help: "The template's name or id.") var template: String

    @Option(help: "1 to 5.") var stars: Int?
    @Option(help: "What you have to say; at most 4,000 characters.") var text: String?
    @Option(help: "As you want to be called. [default: not at all]") var author: String?
    @Flag(help: "Take your review back.") var remove = false

    func validate() throws {
        guard stars == nil || !remove else { throw ValidationError("Say --stars or --remove: one of the two.") }
        guard stars != nil || text == nil && author == nil else { throw ValidationError("--text needs --stars.") }
        guard stars.map({ (1...5).contains($0) }) ?? true else { throw ValidationError("--stars is 1 to 5.") }
    }

    func run() async throws {
        let path = try TemplatePlace.path(template)
        if remove {
            _ = try await place.ask("DELETE", path + "/review")
            if place.json { return Console.print(json: ["removed": true]) }
            return Console.print("Your review of \(template) is gone.")
        }
        guard let stars else { return try await list(path) }
        var body: JSONObject = ["stars": .int(Int64(stars))]
        body["text"] = text.map(JSON.string)
        body["author"] = author.map(JSON.string)
        let answer = try await place.ask("PUT", path + "/review", .object(body))
        if place.json { return Console.print(json: answer) }
        Console.print("You give \(template) \(stars) of 5 stars: \(answer.shown("id"))")
    }

    private func list(_ path: String) async throws {
        let items = try await place.items(path + "/reviews?limit=200", limit: 1_000)
        if place.json { return Console.print(json: ["items": .array(items)]) }
        Console.print(
            table: items.map { item in
                [
                    item.shown("id"), item.shown("stars"), item.shown("version"), item.shown("author"),
                    item.shown("text").shortened(to: 80),
                ]
            }, heading: ["REVIEW", "STARS", "VERSION", "BY", "TEXT"], empty: "Nobody has reviewed it.")
    }
}

/// `patchbay template report`
struct TemplateReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Tell the moderators of a template, or of a review.",
        discussion: "Example: patchbay template report free-money --reason spam")

    @OptionGroup var place: TemplatePlace

    @Argument(help: "The template's name or id.") var template: String

    @Option(help: "malicious, broken, spam, copyright or other.") var reason: String
    @Option(help: "What is wrong; needed with other.") var text: String?
    @Option(help: "Id of the review that is meant (rev_…). [default: the template]") var review: String?

    func validate() throws {
        guard TemplateReport.Reason(rawValue: reason) != nil else {
            let words = TemplateReport.Reason.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--reason is one of \(words).")
        }
        guard review.map({ ReviewID($0) != nil }) ?? true else {
            throw ValidationError("--review is a review's id: rev_ and 26 characters.")
        }
    }

    func run() async throws {
        var body: JSONObject = ["reason": .string(reason)]
        body["text"] = text.map(JSON.string)
        let path = try TemplatePlace.path(template) + (review.map { "/reviews/" + $0 } ?? "") + "/reports"
        let answer = try await place.ask("POST", path, .object(body))
        if place.json { return Console.print(json: answer) }
        Console.print("The moderators are told: \(answer.shown("id"))")
    }
}
