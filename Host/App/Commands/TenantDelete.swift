import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

struct TenantDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a tenant and everything that is kept of it, for good.",
        discussion: """
            Its runs that are under way are cancelled and waited for. The user of the database must have the role that owns the \
            tables. Backups still hold the data.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var named: TenantCommand.Named

    @Flag(help: "Do it. Without this nothing is deleted.") var yes = false

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await Storage.using(host) { storage in
            guard let record = try await storage.tenants.tenant(named.tenant) else { throw named.missing }
            guard yes else {
                throw CommandFailure(
                    "This deletes the tenant `\(record.name)` with its workflows, runs and credentials. Export it first, or "
                        + "add --yes.")
            }
            let deleted = try await PostgresTenantRemoval(storage.database.target).remove(record.id)
            // Its own log is gone with it.
            try await storage.took(
                .tenantDeleted, "tenant", named.id, in: nil,
                details: [
                    "name": .string(record.name), "rows": .int(Int64(deleted.values.reduce(0, +))),
                ])
            if json {
                var rows: JSONObject = [:]
                for (table, count) in deleted.sorted(by: { $0.key < $1.key }) { rows[table] = .int(Int64(count)) }
                return Console.print(json: ["deleted": .string(named.id), "rows": .object(rows)])
            }
            Console.print("Deleted \(named.id): \(deleted.values.reduce(0, +)) rows of \(deleted.count) tables.")
        }
    }
}
