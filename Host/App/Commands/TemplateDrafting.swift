import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace
import PatchbaySecurity
import PatchbayStorage

/// `patchbay template draft`
struct TemplateDrafting: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft", abstract: "Make a template of a workflow and print it as JSON.",
        discussion:
            "Credentials become slots. Without --parameter the constants that could be parameters are listed on "
            + "standard error.")

    @OptionGroup var host: HostOptions

    @Argument(help: "Id of a workflow (wf_…).") var workflow: String

    @Option(help: "The template's name, such as deployment-notifier.") var name: String

    @Option(help: "Who made it.") var author = ""

    @Option(help: "A category, such as devops.") var category = TemplateCategory.devops.rawValue

    @Option(help: "Pointer of a constant that becomes a parameter; may be given several times.") var parameter:
        [String] = []

    func run() async throws {
        guard let id = WorkflowID(workflow) else {
            throw CommandFailure("`\(workflow)` is no workflow's id; these are wf_ and 26 characters.")
        }
        guard let category = TemplateCategory(rawValue: category) else {
            let known = TemplateCategory.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("There is no category \(category); there are \(known).")
        }
        try await Storage.using(host) { storage in
            guard let record = try await storage.api.workflows.workflow(id, in: .initial),
                let version = try await storage.api.workflows.version(record.version, of: id, in: .initial)
            else { throw CommandFailure("There is no workflow \(id).") }
            let draft = TemplateDraft(
                of: version.document, credentials: try await storage.vault.list(in: .initial), name: name,
                author: author,
                category: category, chosen: Set(parameter))
            Console.print(json: draft.document)
            for offer in draft.offers where parameter.isEmpty {
                Console.note("--parameter \(offer.pointer)  (\(offer.name), now \(offer.value.text.shortened(to: 60)))")
            }
        }
    }
}
