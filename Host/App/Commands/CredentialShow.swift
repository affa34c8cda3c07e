import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import PatchbayStorage

struct CredentialShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show all of a credential but its secrets.")

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: CredentialOptions

    @Argument(help: "Its name.") var name: String

    func run() async throws {
        try await Storage.using(host) { storage in
            let tenant = try await reach.tenant(in: storage)
            guard let record = try await storage.vault.record(named: name, in: tenant) else {
                throw CommandFailure("There is no credential `\(name)`. See: patchbay credential list")
            }
            Console.print(json: record.shown)
        }
    }
}

struct CredentialUsers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "used-by", abstract: "List the workflows that name a credential.")

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: CredentialOptions

    @Argument(help: "Its name.") var name: String

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await Storage.using(host) { storage in
            let tenant = try await reach.tenant(in: storage)
            let users = try await storage.usersOfCredential(name, in: tenant)
            if json {
                return Console.print(json: [
                    "items": .array(
                        users.map { user in
                            [
                                "workflow_id": .string(user.version.workflow.description), "name": .string(user.name),
                                "version": .int(Int64(user.version.version)), "newest": .bool(user.isNewest),
                            ]
                        })
                ])
            }
            Console.print(
                table: users.map { user in
                    [
                        user.version.workflow.description, String(user.version.version),
                        user.isNewest ? "newest" : "runs under way", user.name,
                    ]
                }, heading: ["WORKFLOW", "VERSION", "IN USE AS", "NAME"], empty: "No workflow names `\(name)`.")
        }
    }
}

extension Storage {
    /// Versions of workflows that name a credential.
    func usersOfCredential(_ name: String, in tenant: TenantID) async throws -> [VersionInUse] {
        try await api.workflows.versionsInUse(holding: name, in: tenant)
            .filter { $0.version.document.usesCredentials(named: name) }
    }
}
