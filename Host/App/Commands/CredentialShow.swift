import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import PatchbayStorage

struct CredentialShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show all of a credential but its secrets.")

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions

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
        commandName: "used-by", abstract: "List the workflows and alerts that name a credential.")

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions

    @Argument(help: "Its name.") var name: String

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await Storage.using(host) { storage in
            let tenant = try await reach.tenant(in: storage)
            let users = try await storage.usersOfCredential(name, in: tenant)
            let alerts = try await storage.alerts.alerts(naming: name, in: tenant)
            if json {
                return Console.print(json: [
                    "items": .array(
                        users.map { user in
                            [
                                "workflow_id": .string(user.version.workflow.description), "name": .string(user.name),
                                "version": .int(Int64(user.version.version)), "newest": .bool(user.isNewest),
                            ]
                        }),
                    "alerts": .array(
                        alerts.map {
                            ["alert_id": .string($0.id.description), "name": .string($0.draft.name)]
                        }),
                ])
            }
            Console.print(
                table: users.map { user in
                    [
                        user.version.workflow.description, String(user.version.version),
                        user.isNewest ? "newest" : "runs under way", user.name,
                    ]
                } + alerts.map { [$0.id.description, "", "alert", $0.draft.name] },
                heading: ["WORKFLOW OR ALERT", "VERSION", "IN USE AS", "NAME"],
                empty: "No workflow and no alert names `\(name)`.")
        }
    }
}

extension Storage {
    /// Versions of workflows that name a credential.
    func usersOfCredential(_ name: String, in tenant: TenantID) async throws -> [VersionInUse] {
        try await api.workflows.versionsInUse(holding: name, in: tenant)
            .filter { $0.version.document.usesCredentials(named: name) }
    }

    /// What names a credential, for people.
    func namesOfUsers(of name: String, in tenant: TenantID) async throws -> [String] {
        try await usersOfCredential(name, in: tenant).map { "workflow `\($0.name)`" }
            + alerts.alerts(naming: name, in: tenant).map { "alert `\($0.draft.name)`" }
    }
}
