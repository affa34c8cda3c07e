import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

/// `patchbay template update`
struct TemplateUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Bring an installation to a newer version, with what people changed in it.",
        discussion: """
            Where both changed the same differently, nothing is done until --prefer says whose change stays. Exit status: 0 \
            when it was updated, or could be (--dry-run), else 1.
            """)

    @OptionGroup var place: TemplatePlace
    @OptionGroup var choices: TemplateChoiceOptions
    @OptionGroup var name: TemplateInstallationName

    @Option(help: "Whose change stays where both changed the same: mine or theirs.") var prefer: String?

    func validate() throws {
        guard prefer.map({ ThreeWayMerge.Preference(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--prefer is mine or theirs.")
        }
    }

    func run() async throws {
        var body = try choices.body()
        body["prefer"] = prefer.map(JSON.string)
        let answer = try await place.ask("POST", try name.path() + "/update", .object(body))
        if place.json {
            Console.print(json: answer)
        } else {
            for change in answer["changes"]?.array ?? [] {
                Console.print("\(change.shown("side"))  \(change.shown("path"))")
            }
            for problem in answer["problems"]?.array ?? [] { Console.print(TemplatePlace.line(problem)) }
        }
        let isOpen = answer["conflicts"]?.array?.isEmpty == false && prefer == nil
        guard choices.dryRun else {
            if !place.json { Console.print("It is at \(answer.shown("version")) now.") }
            return
        }
        if isOpen || answer["problems"]?.array?.isEmpty == false { throw ExitCode.failure }
    }
}

/// `patchbay template revert`
struct TemplateRevert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revert", abstract: "Take an installation's last update back, with what was changed since.")

    @OptionGroup var place: TemplatePlace
    @OptionGroup var name: TemplateInstallationName

    func run() async throws {
        let answer = try await place.ask("POST", try name.path() + "/revert", [:])
        if place.json { return Console.print(json: answer) }
        Console.print("It is at \(answer.shown("version")) again.")
    }
}

/// `patchbay template uninstall`
struct TemplateUninstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall", abstract: "Take an installation and its workflow away; its runs stay.")

    @OptionGroup var place: TemplatePlace
    @OptionGroup var name: TemplateInstallationName

    func run() async throws {
        _ = try await place.ask("DELETE", try name.path())
        if place.json { return Console.print(json: ["uninstalled": .string(name.installation)]) }
        Console.print("Uninstalled \(name.installation).")
    }
}
