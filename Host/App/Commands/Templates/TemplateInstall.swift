import ArgumentParser
import PatchbayCore
import PatchbayJSON

/// What is chosen for an installation, on the command line.
struct TemplateChoiceOptions: ParsableArguments {
    @Option(help: "The version. [default: the newest]") var version: String?

    @Option(name: .customLong("set"), help: "A parameter: channel=#ops. Repeatable; what is JSON is read as such.")
    var parameters: [String] = []

    @Option(name: .customLong("credential"), help: "A slot's credential: SLACK_BOT_TOKEN=team-slack. Repeatable.")
    var credentials: [String] = []

    @Flag(help: "Change nothing; say what would come of it.") var dryRun = false

    func body() throws -> JSONObject {
        var body: JSONObject = ["dry_run": .bool(dryRun)]
        body["version"] = version.map(JSON.string)
        let values = try Assignments.read(parameters).reduce(into: JSONObject()) { $0[$1.name] = $1.value ?? "" }
        let names = try Assignments.read(credentials).reduce(into: JSONObject()) {
            $0[$1.name] = .string($1.value.map { $0.string ?? $0.text } ?? "")
        }
        if !values.isEmpty { body["parameters"] = .object(values) }
        if !names.isEmpty { body["credentials"] = .object(names) }
        return body
    }
}

/// `patchbay template install`
struct TemplateInstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install a template: make its workflow.",
        discussion: """
            Exit status: 0 when it was installed, or could be (--dry-run), else 1.
            Example: patchbay template install deployment-notifier --set channel=#ops --credential SLACK_BOT_TOKEN=team-slack
            """)

    @OptionGroup var place: TemplatePlace
    @OptionGroup var choices: TemplateChoiceOptions

    @Argument(help: "The template's name or id.") var template: String

    @Option(help: "What the workflow is called.") var name: String?

    func run() async throws {
        // Only to tell what is no name before anybody is asked.
        _ = try TemplatePlace.path(template)
        var body = try choices.body()
        body["template_id"] = .string(template)
        body["name"] = name.map(JSON.string)
        let answer = try await place.ask("POST", "/installations", .object(body))
        if place.json { Console.print(json: answer) }
        guard choices.dryRun else {
            if place.json { return }
            return Console.print(
                "Installed \(template) \(answer.shown("version")) as \(answer.shown("workflow_id")): \(answer.shown("id"))"
            )
        }
        let problems = answer["problems"]?.array ?? []
        if !place.json {
            for problem in problems { Console.print(TemplatePlace.line(problem)) }
            for missing in answer["missing"]?["credentials"]?.array ?? [] {
                let names = (missing["candidates"]?.array ?? []).compactMap(\.string)
                Console.print(
                    "--credential \(missing.shown("slot"))="
                        + (names.isEmpty
                            ? "…  (none fits; make one: patchbay credential add)" : names.joined(separator: " | "))
                )
            }
            if problems.isEmpty { Console.print("Nothing is missing.") }
        }
        if answer["ready"] != true { throw ExitCode.failure }
    }
}

/// `patchbay template installations`
struct TemplateInstallations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "installations", abstract: "List what was installed, or show one with the update it could have.")

    @OptionGroup var place: TemplatePlace

    @Argument(help: "Id of an installation (ins_…): that one.") var installation: String?

    func run() async throws {
        if let installation {
            let path = try TemplateInstallationName.path(installation)
            return Console.print(json: try await place.ask("GET", path))
        }
        let items = try await place.items("/installations?limit=200")
        if place.json { return Console.print(json: ["items": .array(items)]) }
        Console.print(
            table: items.map { item in
                [
                    item.shown("id"), item.shown("template_id"), item.shown("version"), item.shown("workflow_id"),
                    item.shown("installed_at"),
                ]
            }, heading: ["INSTALLATION", "TEMPLATE", "VERSION", "WORKFLOW", "INSTALLED"],
            empty: "Nothing was installed.")
    }
}
