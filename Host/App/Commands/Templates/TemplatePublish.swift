import ArgumentParser
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON

/// `patchbay template publish`
struct TemplatePublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Store a version of a template and submit it to the moderators.",
        discussion: """
            With --hold it is published by the same command again, once it is approved. Exit status: 0 when it was \
            submitted, else 1. Example: patchbay template publish deployment-notifier.yaml
            """)

    @OptionGroup var place: TemplatePlace

    @Argument(help: "The template, YAML or JSON; - reads standard input.") var file: String

    @Flag(help: "Only store it, as a draft.") var draft = false

    @Flag(help: "Say yourself when it is published, once it is approved.") var hold = false

    func run() async throws {
        let document = try YAMLReading.read(try TextFile.read(file), name: file)
        guard let name = document["name"]?.string, let version = document["version"]?.string else {
            throw CommandFailure("\(file) is no template: it has no \"name\" or no \"version\".")
        }
        let known = try? await place.ask("GET", try TemplatePlace.path(name) + "/versions")
        let former = (known?["items"]?.array ?? []).first { $0["version"]?.string == version }
        // What was approved is published by asking again, and does not change.
        var id = former?.shown("state") == "approved" ? former?["template_id"]?.string : nil
        if id == nil {
            let stored = try await place.ask("POST", "/templates", document)
            id = stored["template_id"]?.string
            let problems = stored["problems"]?.array ?? []
            if draft {
                if place.json { return Console.print(json: stored) }
                for problem in problems { Console.print(TemplatePlace.line(problem)) }
                return Console.print("Stored \(name) \(version) as a draft: \(id ?? "").")
            }
        }
        let answer = try await place.ask(
            "POST", "/templates/\(id ?? "")/publish", ["version": .string(version), "hold": .bool(hold)])
        if place.json { return Console.print(json: answer) }
        Console.print("\(name) \(version) is \(answer.shown("state")): \(answer.shown("template_id"))")
    }
}

/// `patchbay template withdraw`
struct TemplateWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Take a version back: it is not offered any more, and what was installed goes on.")

    @OptionGroup var place: TemplatePlace

    @Argument(help: "The template's name or id.") var template: String

    @Option(help: "The version. [default: the newest]") var version: String?

    @Option(help: "Why.") var reasons: String?

    func run() async throws {
        var body = JSONObject()
        body["version"] = version.map(JSON.string)
        body["reasons"] = reasons.map(JSON.string)
        let answer = try await place.ask(
            "POST", try TemplatePlace.path(template) + "/unpublish", .object(body))
        if place.json { return Console.print(json: answer) }
        Console.print("\(answer.shown("name")) \(answer.shown("version")) is \(answer.shown("state")).")
    }
}
