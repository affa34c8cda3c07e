import ArgumentParser
import PatchbayCore
import PatchbayJSON

/// `patchbay template search`
struct TemplateFind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Search a running host's templates.",
        discussion: "Example: patchbay template search deployment slack --sort rating")

    @OptionGroup var place: TemplatePlace

    @Argument(help: "Words that must occur; misspelt ones are taken for the nearest.") var words: [String] = []

    @Option(help: "Only those of a category.") var category: String?
    @Option(help: "Only those with a tag.") var tag: String?
    @Option(help: "Only those that need a connector, by its id.") var connector: String?
    @Option(help: "Only those of an author.") var author: String?
    @Option(help: "Only those of a publisher (pub_…).") var publisher: String?
    @Option(help: "relevance, installs, date or rating.") var sort: String?
    @Option(help: "At most so many; 1 to 10,000.") var limit = 50

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10,000.") }
    }

    func run() async throws {
        let filters = [
            ("q", words.isEmpty ? nil : words.joined(separator: " ")), ("category", category), ("tag", tag),
            ("connector", connector), ("author", author), ("publisher", publisher), ("sort", sort),
        ]
        let query = filters.compactMap { name, value in value.map { "&\(name)=" + TemplatePlace.escaped($0) } }
        let items = try await place.items("/templates?limit=\(min(limit, 200))" + query.joined(), limit: limit)
        if place.json { return Console.print(json: ["items": .array(items)]) }
        Console.print(
            table: items.map { item in
                [
                    item.shown("name"), item.shown("version"), item.shown("category"), item.shown("installs"),
                    item["rating"]?.shown("average") ?? "", item.shown("description").shortened(to: 60),
                ]
            }, heading: ["NAME", "VERSION", "CATEGORY", "INSTALLS", "STARS", "ABOUT"],
            empty: "There are no such templates.")
    }
}

/// `patchbay template preview`
struct TemplatePreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Show what a template does, what it needs, and what its connectors may.")

    @OptionGroup var place: TemplatePlace

    @Argument(help: "The template's name or id.") var template: String

    @Option(help: "The version. [default: the newest]") var version: String?

    func run() async throws {
        let query = version.map { "?version=" + TemplatePlace.escaped($0) } ?? ""
        let answer = try await place.ask("GET", try TemplatePlace.path(template) + "/preview" + query)
        if place.json { return Console.print(json: answer) }
        Console.print("\(answer.shown("name")) \(answer.shown("version"))")
        for node in answer["graph"]?["nodes"]?.array ?? [] {
            Console.print("node        \(node.shown("id"))  \(node.shown("type")) \(node.shown("uses"))")
        }
        for connector in answer["connectors"]?.array ?? [] {
            let installed = connector["installed"]?.string.map { "here: " + $0 } ?? "not installed"
            let hosts = (connector["permissions"]?["hosts"]?.array ?? []).compactMap(\.string)
            let reach = hosts.isEmpty ? "" : "; calls " + hosts.joined(separator: ", ")
            Console.print("connector   \(connector.shown("id")) \(connector.shown("version"))  (\(installed)\(reach))")
        }
        for slot in answer["credentials"]?.array ?? [] {
            Console.print("credential  \(slot.shown("name"))  \(slot.shown("type")) \(slot.shown("kind"))")
        }
        for parameter in answer["parameters"]?.array ?? [] {
            let standard = parameter["default"].map { " = \($0.text)" } ?? ", must be given"
            Console.print("parameter   \(parameter.shown("name"))\(standard)")
        }
    }
}
