import ArgumentParser
import PatchbayAuthoring
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayMarketplace
import PatchbayStorage

/// `patchbay template`: templates from the host's own machine, and of a running host.
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Find, install and judge templates; make and publish them, and take some along.",
        subcommands: [
            Check.self, List.self, Show.self, TemplateDrafting.self, TemplatePublish.self, TemplateWithdraw.self,
            TemplateFind.self, TemplatePreviewCommand.self, TemplateInstall.self, TemplateInstallations.self,
            TemplateUpdate.self, TemplateRevert.self, TemplateUninstall.self, TemplateReviewCommand.self,
            TemplateReportCommand.self, TemplateExport.self, TemplateImport.self, TemplateSubmissions.self,
            TemplateApprove.self, TemplateReject.self, TemplateReports.self,
        ])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a template, without storing it.",
            discussion: "The connectors are those of this host. Exit status: 0 good, 1 not.")

        @OptionGroup var host: HostOptions

        @Argument(help: "The template, YAML or JSON; - reads standard input.") var file: String

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let document = try YAMLReading.read(try TextFile.read(file), name: file)
            let configuration = try await host.configuration(quiet: true)
            let parts = try await Parts(configuration, storage: nil, log: makeLogger(configuration))
            let outcome = TemplateCheck(planner: parts.planner).check(document)
            if json {
                Console.print(json: [
                    "valid": .bool(outcome.isGood), "problems": .array(outcome.problems.map(\.shown)),
                    "pins": .array(outcome.pins.map { .string($0.description) }),
                ])
            } else {
                for problem in outcome.problems {
                    let hint = problem.hint.map { " (\($0))" } ?? ""
                    Console.print("\(problem.pointer): \(problem.message)\(hint)")
                }
                if outcome.isGood { Console.print("The template is good.") }
            }
            if !outcome.isGood { throw ExitCode.failure }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Search published templates.")

        @OptionGroup var host: HostOptions

        @Argument(help: "Words that must occur.") var words: [String] = []

        @Option(help: "Only those of a category.") var category: String?

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            if let category, TemplateCategory(rawValue: category) == nil {
                let known = TemplateCategory.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure("There is no category \(category); there are \(known).")
            }
            try await Storage.using(host) { storage in
                let search = TemplateSearch(words.joined(separator: " "), category: category)
                let page = try await storage.templates.search(search, page: PageRequest())
                if json { return Console.print(json: ["items": .array(page.items.map(\.shown))]) }
                Console.print(
                    table: page.items.map {
                        [$0.name, $0.version.description, $0.category, String($0.installs), $0.about]
                    },
                    heading: ["NAME", "VERSION", "CATEGORY", "INSTALLS", "ABOUT"], empty: "There are no such templates."
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a published template as JSON.")

        @OptionGroup var host: HostOptions

        @Argument(help: "Its id or its name.") var template: String

        func run() async throws {
            try await Storage.using(host) { storage in
                let store = storage.templates
                let id = TemplateID(template)
                let listing =
                    if let id { try await store.listing(id) } else { try await store.listing(named: template) }
                guard let listing,
                    let version = try await store.listedVersions(of: listing.id).first(where: {
                        $0.version == listing.version
                    })
                else { throw CommandFailure("There is no template \(template): patchbay template list") }
                guard version.isFetched else {
                    throw CommandFailure(
                        "\(listing.name) \(version.version) is offered by an index, and nobody has looked at it yet: "
                            + "GET /api/v1/templates/\(listing.name) fetches it.")
                }
                Console.print(json: version.document)
            }
        }
    }
}

extension TemplateListing {
    fileprivate var shown: JSON {
        [
            "id": .string(id.description), "name": .string(name), "version": .string(version.description),
            "description": .string(about), "author": .string(author), "category": .string(category),
            "tags": .array(tags.map(JSON.string)), "connectors": .array(connectors.map(JSON.string)),
            "installs": .int(Int64(installs)),
        ]
    }
}

extension Storage {
    var templates: PostgresTemplateStore { PostgresTemplateStore(database.api) }
}
